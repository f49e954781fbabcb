import type { OptionSpecs, Random } from "@heed/core";
import type { PlantedFault } from "@heed/core/testing";
import { type Alignment, defineTask, type TaskDefinition, type TaskExtension, type TaskSample } from "../src/index.js";
import type { TaskChecksOptions } from "../src/testing/index.js";

/** A task, and how it is declared. */
export interface TaskPlant {
  readonly definition: TaskExtension;
  readonly given: TaskChecksOptions;
}

interface Options {
  readonly symbols: number;
  readonly maxLength: number;
}

const specs: OptionSpecs<Options> = {
  symbols: { type: "integer", minimum: 1, default: 6, meaning: "Number of different tokens." },
  maxLength: { type: "integer", minimum: 1, default: 9, meaning: "Largest number of tokens." },
};

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`);
const letters = (count: number): string[] => Array.from("abcdefghijklmnopqrstuvwxyz".slice(0, count));
const draw = (random: Random, { symbols, maxLength }: Options, all = names(symbols)): string[] =>
  Array.from({ length: random.integer(1, maxLength + 1) }, () => all[random.integer(0, symbols)]!);

/** Tokens in, the same tokens in reverse order out. */
const reversed = (source: readonly string[], alignment?: Alignment): TaskSample => ({
  source,
  target: source.toReversed(),
  alignment,
});
const mirror = (source: readonly string[]): [number, number][] => source.map((_, i) => [source.length - 1 - i, i]);

const row = (
  name: string,
  sample: TaskDefinition<Options>["sample"],
  caughtBy: string | null,
  change: Partial<TaskDefinition<Options>> = {},
): PlantedFault<TaskPlant> => {
  const vocabulary = ({ symbols }: Options) => ({ source: names(symbols), target: names(symbols) });
  const definition = { name: "planted", summary: "a test", options: specs, vocabulary, sample };
  return { name, plant: { definition: defineTask<Options>({ ...definition, ...change }), given: {} }, caughtBy };
};

const generator = "pairs depend on the generator alone";
const alignments = "alignments are right";
const smallest = "the smallest options work";
const large = "large options work";
const effects = "each option changes the pairs";

/** Source positions in the order of their tokens. */
const orderOf = (source: readonly string[]): number[] =>
  [...source.keys()].sort((a, b) => (source[a]! < source[b]! ? -1 : source[a]! > source[b]! ? 1 : a - b));

/** More tasks without a fault, and with one. */
export const moreTaskFaults: readonly PlantedFault<TaskPlant>[] = [
  row("no fault: reverse order", (random, options) => reversed(draw(random, options)), null),
  row(
    "no fault: each token twice",
    (random, options) => {
      const source = draw(random, options);
      const target = source.flatMap((token) => [token, token]);
      return { source, target, alignment: target.map((_, i): [number, number] => [Math.floor(i / 2), i]) };
    },
    null,
  ),
  row(
    "a rare draw from Math.random",
    (random, options) => reversed(draw(random, options).slice(0, Math.random() < 1e-4 ? 1 : undefined)),
    generator,
  ),
  row(
    "links that are swapped",
    (random, options) => {
      const source = draw(random, options);
      const order = orderOf(source);
      return { source, target: order.map((i) => source[i]!), alignment: order.map((from, to) => [to, from] as const) };
    },
    alignments,
  ),
  row(
    "equal tokens that are all aligned to the first one",
    (random, options) => {
      const source = draw(random, options);
      const target = source.toSorted();
      return { source, target, alignment: target.map((token, to) => [source.indexOf(token), to] as const) };
    },
    alignments,
  ),
  row(
    "links of long sources that are not reversed",
    (random, options) => {
      const source = draw(random, options);
      return reversed(source, source.length > 7 ? source.map((_, i) => [i, i] as const) : mirror(source));
    },
    alignments,
  ),
  row("an alignment without links", (random, options) => reversed(draw(random, options), []), alignments),
  row(
    "targets without a longest length",
    (random, options) => {
      const source = draw(random, options);
      const target = source.toReversed();
      while (random.integer(0, 10) > 0) target.push(source[0]!);
      return { source, target };
    },
    "lengths are in range",
  ),
  row(
    "no alignment for a single symbol",
    (random, options) => {
      const source = draw(random, options);
      return reversed(source, options.symbols === 1 ? undefined : mirror(source));
    },
    smallest,
  ),
  row(
    "a number of symbols that is ignored",
    (random, options) => reversed(draw(random, { ...options, symbols: 6 })),
    effects,
    {
      vocabulary: () => ({ source: names(6), target: names(6) }),
    },
  ),
  row(
    "more symbols than letters",
    (random, options) => reversed(draw(random, options, letters(options.symbols))),
    large,
    { vocabulary: ({ symbols }) => ({ source: letters(symbols), target: letters(symbols) }) },
  ),
  row(
    "an error for more than 32 tokens",
    (random, options) => {
      if (options.maxLength > 32) throw new RangeError("too many");
      return reversed(draw(random, options));
    },
    large,
  ),
];
