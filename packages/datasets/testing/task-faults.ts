import type { OptionSpecs, Random } from "@heed/core";
import type { PlantedFault } from "@heed/core/testing";
import { defineTask, type TaskExtension, type TaskSample, type TaskVocabulary } from "../src/index.js";
import type { TaskChecksOptions } from "../src/testing/index.js";
import { moreTaskFaults, type TaskPlant } from "./more-task-faults.js";

interface Options {
  readonly minLength: number;
  readonly maxLength: number;
}

interface Parts {
  readonly vocabulary: () => TaskVocabulary;
  readonly sample: (random: Random, options: Options) => TaskSample;
  readonly options: OptionSpecs<Options>;
}

const digits = Array.from("0123456789");
const names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

const drawDigits = (random: Random, { minLength, maxLength }: Options): number[] =>
  Array.from({ length: random.integer(minLength, maxLength + 1) }, () => random.integer(0, 10));

/** Digits in, their names out, in reverse order. */
const sampleOf = (drawn: readonly number[]): TaskSample => ({
  source: drawn.map(String),
  target: drawn.map((digit) => names[digit]!).reverse(),
  alignment: drawn.map((_, i): [number, number] => [i, drawn.length - 1 - i]),
});

const healthy: Parts = {
  vocabulary: () => ({ source: [...digits], target: [...names] }),
  sample: (random, options) => sampleOf(drawDigits(random, options)),
  options: {
    minLength: { type: "integer", minimum: 1, default: 2, meaning: "Smallest number of digits." },
    maxLength: {
      type: "integer",
      minimum: 1,
      default: 6,
      meaning: "Largest number of digits.",
      fault: (most, { minLength }) =>
        (most as number) >= (minLength as number) ? undefined : "maxLength is too small.",
    },
  },
};

const define = (change: Partial<Parts>): TaskExtension =>
  defineTask<Options>({ name: "planted", summary: "a test", ...healthy, ...change });

/** Changes each pair. */
const changed = (change: (sample: TaskSample, random: Random) => TaskSample): TaskExtension =>
  define({ sample: (random, options) => change(healthy.sample(random, options), random) });

const aligned = (change: (links: [number, number][], sample: TaskSample) => readonly (readonly [number, number])[]) =>
  changed((sample) => ({ ...sample, alignment: change(sample.alignment as [number, number][], sample) }));

const row = (
  name: string,
  definition: TaskExtension,
  caughtBy: string | null,
  given: TaskChecksOptions = {},
): PlantedFault<TaskPlant> => ({ name, plant: { definition, given }, caughtBy });

const reference = (source: readonly string[]): string[] => source.map((digit) => names[Number(digit)]!).reverse();
const list = [3, 1, 4, 1, 5, 9, 2, 6].map((digit) => sampleOf([digit, (digit + 1) % 10]));
const tokens = ["0", "1"];
let calls = 0;
let last: number[] = [];

const generator = "pairs depend on the generator alone";
const seeds = "another seed gives other pairs";
const fixed = "the vocabulary does not change";
const known = "tokens are in the vocabulary";
const every = "every token occurs";
const lengths = "lengths are in range";
const alignments = "alignments are right";
const options = "options are checked";
const smallest = "the smallest options work";

/** Tasks without a fault, and tasks with one. */
export const taskFaults: readonly PlantedFault<TaskPlant>[] = [
  row("no fault", define({}), null, { reference }),
  row("no fault: other lengths", define({}), null, { options: { minLength: 3, maxLength: 4 } }),
  row(
    "no fault: declared as aligned in part",
    aligned((links) => links.slice(1)),
    null,
    { everyTarget: false },
  ),
  row(
    "no fault: without alignments",
    changed(({ source, target }) => ({ source, target })),
    null,
  ),
  row(
    "pairs from Math.random",
    define({
      sample: (_, chosen) =>
        sampleOf(
          drawDigits(
            { integer: (low: number, high: number) => low + Math.floor(Math.random() * (high - low)) } as Random,
            chosen,
          ),
        ),
    }),
    generator,
  ),
  row(
    "a counter of calls in the pair",
    changed((sample) => (calls++ % 5 === 4 ? { ...sample, target: [...sample.target].reverse() } : sample)),
    generator,
  ),
  row(
    "a pair that depends on the one before",
    define({
      sample(random, chosen) {
        const drawn = drawDigits(random, chosen);
        const sample = sampleOf(last.length > 0 ? [last[0]!, ...drawn.slice(1)] : drawn);
        last = drawn;
        return sample;
      },
    }),
    generator,
  ),
  row(
    "a list that callers can change",
    define({ sample: (random) => list[random.integer(0, list.length)]! }),
    generator,
  ),
  row("the same pair each time", define({ sample: () => sampleOf([1, 2, 3]) }), seeds),
  row(
    "a seed of its own",
    define({
      sample: (random, chosen) => {
        const length = chosen.minLength;
        random.uniform();
        return sampleOf(Array.from({ length }, () => 7));
      },
    }),
    seeds,
  ),
  row(
    "a vocabulary in random order",
    define({ vocabulary: () => ({ source: [...digits].sort(() => Math.random() - 0.5), target: names }) }),
    fixed,
  ),
  row(
    "a vocabulary that grows with the pairs",
    define({
      vocabulary: () => ({ source: tokens, target: names }),
      sample(random, chosen) {
        const sample = healthy.sample(random, chosen);
        tokens.push(`t${tokens.length}`);
        return { ...sample, source: sample.source.map((_, i) => tokens[i % 2]!) };
      },
    }),
    fixed,
  ),
  row(
    "a source token that the vocabulary lacks",
    define({ vocabulary: () => ({ source: digits.slice(1), target: names }) }),
    known,
  ),
  row(
    "a target token of the source's vocabulary",
    changed((sample, random) => (random.integer(0, 40) === 0 ? { ...sample, target: sample.source } : sample)),
    known,
  ),
  row(
    "a special token in the vocabulary",
    define({ vocabulary: () => ({ source: digits, target: [...names, "<eos>"] }) }),
    known,
  ),
  row(
    "tokens with spaces",
    define({
      vocabulary: () => ({ source: digits, target: names.map((name) => `the ${name}`) }),
      sample: (random, chosen) => {
        const sample = healthy.sample(random, chosen);
        return { ...sample, target: sample.target.map((name) => `the ${name}`) };
      },
    }),
    known,
  ),
  row("a token twice", define({ vocabulary: () => ({ source: [...digits, "0"], target: names }) }), known),
  row(
    "an empty source",
    changed((sample, random) => (random.integer(0, 60) === 0 ? { source: [], target: [] } : sample)),
    known,
  ),
  row(
    "a symbol that is never drawn",
    define({ sample: (random, chosen) => sampleOf(drawDigits(random, chosen).map((digit) => digit % 9)) }),
    every,
  ),
  row(
    "a token that no target uses",
    define({ vocabulary: () => ({ source: digits, target: [...names, "ten"] }) }),
    every,
  ),
  row(
    "sources that are one token too short",
    define({
      sample: (random, chosen) => sampleOf(drawDigits(random, chosen).slice(1).concat(1).slice(0, -1).concat([])),
    }),
    lengths,
    { lengths: [2, 6] },
  ),
  row(
    "a largest length that is never drawn",
    define({
      sample: (random, { minLength, maxLength }) =>
        sampleOf(drawDigits(random, { minLength, maxLength: Math.max(minLength, maxLength - 1) })),
    }),
    lengths,
  ),
  row(
    "a length that ignores the options",
    define({ sample: (random) => sampleOf(drawDigits(random, { minLength: 1, maxLength: 6 })) }),
    lengths,
  ),
  row(
    "positions counted from 1",
    aligned((links) => links.map(([from, to]) => [from + 1, to + 1])),
    alignments,
  ),
  row(
    "links as [target, source] of a shorter target",
    changed((sample) => ({
      ...sample,
      target: sample.target.slice(0, 1),
      alignment: sample.source.map((_, i) => [0, i] as [number, number]),
    })),
    alignments,
  ),
  row(
    "a link to the neighbour",
    aligned((links, { source }) => links.map(([from, to]) => [(from + 1) % source.length, to])),
    alignments,
  ),
  row(
    "the diagonal, although the target is reversed",
    aligned((links) => links.map(([from]) => [from, from])),
    alignments,
  ),
  row(
    "a link twice",
    aligned((links) => [...links, links[0]!]),
    alignments,
  ),
  row(
    "a target position that is sometimes not aligned",
    aligned((links, { source }) => (source[0] === "7" ? links.slice(1) : links)),
    alignments,
    { everyTarget: true },
  ),
  row(
    "an alignment in some pairs",
    changed((sample) => (sample.source[0] === "7" ? { source: sample.source, target: sample.target } : sample)),
    alignments,
  ),
  row(
    "a target with a wrong token",
    changed((sample) => (sample.source[0] === "7" ? { ...sample, target: sample.target.with(0, "one") } : sample)),
    "targets are those of the reference",
    { reference },
  ),
  row(
    "options that are not checked",
    { ...define({}), sample: (random: Random) => define({}).sample(random) } as TaskExtension,
    options,
  ),
  row(
    "an option that accepts text",
    {
      ...define({}),
      vocabulary: () => healthy.vocabulary(),
      sample: (random: Random, given?: object) => {
        const unknown = Object.keys(given ?? {}).find((key) => !key.endsWith("Length"));
        if (unknown) throw new Error(unknown);
        return define({}).sample(random);
      },
    } as TaskExtension,
    options,
  ),
  row(
    "a crash at the smallest length",
    changed((sample) => {
      if (sample.source.length === 1) throw new TypeError("one");
      return sample;
    }),
    smallest,
  ),
  row(
    "two tokens where the option says one",
    changed((sample) => (sample.source.length === 1 ? { source: ["0", "x"], target: ["zero"] } : sample)),
    smallest,
  ),
  ...moreTaskFaults,
];
