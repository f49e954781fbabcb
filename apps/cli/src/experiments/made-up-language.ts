import type { Random } from "@heed/core";

const consonants = "bdfgklmnprstvz";
const vowels = "aeiou";

/** One of 70 syllables. */
function syllable(index: number): string {
  return consonants[index % 14]! + vowels[Math.floor(index / 14) % 5]!;
}

/** A sentence and its translation, as text. */
export interface Phrase {
  readonly source: string;
  readonly target: string;
}

/** What the language is like. */
export interface Language {
  /** Words that have a translation, the frequent ones first; at most 4,900. */
  readonly words: number;
  /** Probability that a place in a sentence holds a name instead, which hardly ever occurs again. */
  readonly names: number;
}

/**
 * A sentence of so many words in a language that nobody speaks. Word i is drawn with a probability proportional to
 * 1 / (i + 20), is translated by a word of its own, and keeps its place. Names stay as they are; most occur once, and so
 * become `<unk>` on both sides, as rare words of a real text do.
 */
export function phrase({ words, names }: Language, length: number, random: Random): Phrase {
  const total = harmonic(words);
  const pairs = Array.from({ length }, () => {
    if (random.uniform() < names) {
      const name = `na${random.integer(0, 100_000)}`;
      return [name, name] as const;
    }
    let left = random.uniform() * total;
    let word = 0;
    for (; word < words - 1; word++) {
      left -= 1 / (word + 20);
      if (left < 0) break;
    }
    const end = Math.floor(word / 70);
    return [syllable(word) + syllable(end), `${syllable(word + 31)}n${syllable(end)}`] as const;
  });
  return { source: pairs.map(([source]) => source).join(" "), target: pairs.map(([, target]) => target).join(" ") };
}

function harmonic(words: number): number {
  return Array.from({ length: words }, (_, i) => 1 / (i + 20)).reduce((sum, weight) => sum + weight, 0);
}
