import type { Random } from "@heed/core";
import { defineTask } from "../define-task.js";
import { finals, initials, junction, lastFinal, vowels } from "../romanization.js";
import { TargetWriter } from "../target-writer.js";

interface RomanizeOptions {
  readonly minSyllables: number;
  readonly maxSyllables: number;
}

const letters = { initials: [...initials.keys()], vowels: [...vowels.keys()] };
const jamo = [...new Set([...letters.initials, ...finals, ...letters.vowels])];

/**
 * The definition of the task `romanize`: Hangul syllables as jamo → Revised Romanization, with the sound changes between
 * syllables: `ㅅㅣㄴㄹㅏ` (신라) → `silla`. Half of the syllables have a final. The rules are those of `junction`.
 *
 * Each letter is aligned with the jamo that it writes; an aspirated consonant, such as the k of `joko` (좋고), with both.
 */
export const romanizeTask = defineTask<RomanizeOptions>({
  name: "romanize",
  summary: "Hangul in letters, as it is pronounced",
  characters: true,
  options: {
    minSyllables: {
      type: "integer",
      minimum: 1,
      default: 1,
      meaning: "Smallest number of syllables in a sample.",
      fault: (least, { maxSyllables: most }) =>
        (least as number) <= (most as number)
          ? undefined
          : `minSyllables must be at most maxSyllables, got minSyllables ${least} and maxSyllables ${most}.`,
    },
    maxSyllables: {
      type: "integer",
      minimum: 1,
      maximum: 1000,
      default: 3,
      meaning: "Largest number of syllables in a sample.",
    },
  },
  vocabulary: () => ({ source: jamo, target: Array.from("abcdeghijklmnoprstuwy") }),
  sample(random, { minSyllables, maxSyllables }) {
    const count = random.integer(minSyllables, maxSyllables + 1);
    const source: string[] = [];
    const writer = new TargetWriter();
    let final = "";
    for (let i = 0; i < count; i++) {
      const [initial, vowel] = [pick(random, letters.initials), pick(random, letters.vowels)];
      const at = source.length;
      const { coda, onset, onsetFrom } = junction(final, initial, vowel);
      writer.write(coda, [at - 1]);
      writer.write(onset, onsetFrom === "both" ? [at - 1, at] : [onsetFrom === "final" ? at - 1 : at]);
      writer.write(vowels.get(vowel)!, [at + 1]);
      final = random.integer(0, 2) === 0 ? "" : pick(random, finals);
      source.push(initial, vowel, ...final);
    }
    if (final !== "") writer.write(lastFinal(final), [source.length - 1]);
    return { source, target: writer.target, alignment: writer.alignment };
  },
});

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length)]!;
}
