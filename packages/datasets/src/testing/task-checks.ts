import { HeedError, type OptionValues, Random } from "@heed/core";
import { assertSame, assertThrows, type Check, CheckError, checksOf } from "@heed/core/testing";
import { DataError } from "../data-error.js";
import type { TaskExtension, TaskSample } from "../define-task.js";
import { taskPairs, taskTokenizers } from "../task-pairs.js";
import { alignmentGain } from "./alignment-gain.js";

/** How a task is set up and what its author promises. */
export interface TaskChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /** Smallest and largest number of source tokens; default: the options `minLength` and `maxLength`, if the task has them. */
  readonly lengths?: readonly [least: number, most: number];
  /** Whether every token of the vocabulary occurs among some thousand samples; default true. */
  readonly allTokens?: boolean;
  /** Whether each target position is aligned exactly once; default: whether it is in the first samples. */
  readonly everyTarget?: boolean;
  /** Computes the target of a source, to compare with. */
  readonly reference?: (source: readonly string[]) => readonly string[];
}

/**
 * The checks that a synthetic task must pass: pairs depend on the generator and the options alone; other seeds give other
 * pairs; tokens are in the vocabulary, and all of them occur; lengths are in range; alignments are in range, and the
 * aligned source token says more about a target token than another one does; options are checked.
 *
 * @param definition - what `defineTask` returns
 * @param given - options that differ from the defaults, and what the author promises
 * @example
 * for (const check of taskChecks(reverseTask, { reference: (source) => source.toReversed() })) test(check.name, check.run);
 */
export function taskChecks(definition: TaskExtension, given: TaskChecksOptions = {}): Check[] {
  const { options = {}, allTokens = true, reference } = given;
  const draw = (seed: number, count: number): TaskSample[] => {
    try {
      return taskPairs(definition, { count, random: new Random(seed), options });
    } catch (error) {
      if (error instanceof DataError) throw new CheckError(error.message, { cause: error });
      throw error;
    }
  };
  const chosen = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
  return checksOf(definition.name + chosen, {
    "pairs depend on the generator alone": () => checkGenerator(definition, options, draw),
    "another seed gives other pairs": () => checkSeeds(draw),
    "the vocabulary does not change": () => checkVocabulary(definition, options),
    "tokens are in the vocabulary": () => checkTokens(definition, options, draw),
    ...(allTokens ? { "every token occurs": () => checkAllTokens(definition, options, draw) } : {}),
    "lengths are in range": () => checkLengths(definition, given, draw(3, 2000)),
    "alignments are right": () => checkAlignments(given, draw(4, 600)),
    ...(reference ? { "targets are those of the reference": () => checkReference(draw(5, 300), reference) } : {}),
    "options are checked": () => checkOptionValues(definition, options),
    "the smallest options work": () => checkSmallest(definition, options),
  });
}

type DrawPairs = (seed: number, count: number) => TaskSample[];

function checkGenerator(definition: TaskExtension, options: OptionValues, draw: DrawPairs): void {
  const first = structuredClone(draw(1, 50));
  draw(2, 7);
  definition.vocabulary(options);
  assertSame("the pairs of the same seed, after others were drawn", draw(1, 50), first);
  const random = new Random(6);
  for (let i = 0; i < 20; i++) {
    const state = random.state();
    const frozen = Object.freeze({ ...options });
    const sample = definition.sample(random, frozen);
    const after = random.state();
    const copy = structuredClone(sample);
    // A caller may change what it got.
    for (const list of [sample.source, sample.target, sample.alignment ?? []] as unknown[][]) {
      if (!Object.isFrozen(list)) list.push("changed");
    }
    random.restore(state);
    assertSame("the pair of a generator in the same state", definition.sample(random, frozen), copy);
    assertSame("the state of the generator after the pair", random.state(), after);
  }
}

function checkSeeds(draw: DrawPairs): void {
  const texts = [1, 2].map((seed) => draw(seed, 50).map((sample) => JSON.stringify(sample)));
  const [first, second] = texts as [string[], string[]];
  if (new Set(first).size === 1) throw new CheckError(`all of 50 pairs are ${first[0]}. Draw them from the generator.`);
  if (String(first) === String(second))
    throw new CheckError("the pairs are the same for another seed. Draw them from the generator.");
  const shifted = first.slice(0, 5).every((text) => second.includes(text));
  if (shifted && new Set(first).size > 25)
    throw new CheckError("the pairs of one seed contain those of another. Keep no list of pairs.");
}

function checkVocabulary(definition: TaskExtension, options: OptionValues): void {
  const first = structuredClone(definition.vocabulary(options));
  const second = definition.vocabulary(options);
  assertSame("the vocabulary for the same options", second, first);
  for (const side of [second.source, second.target] as string[][]) {
    if (!Object.isFrozen(side)) side.push("changed");
  }
  assertSame("the vocabulary after an earlier one was changed", definition.vocabulary(options), first);
  definition.sample(new Random(1), options);
  assertSame("the vocabulary after a pair was drawn", definition.vocabulary(options), first);
}

function checkTokens(definition: TaskExtension, options: OptionValues, draw: DrawPairs): void {
  const { source, target } = taskTokenizers(definition, options);
  for (const sample of draw(7, 500)) {
    for (const [side, tokenizer] of [
      ["source", source],
      ["target", target],
    ] as const) {
      const text = sample[side].join(" ");
      assertSame(
        `the tokens of the ${side} after encoding and decoding`,
        tokenizer.decode(tokenizer.encode(text).ids),
        text,
      );
    }
  }
}

function checkAllTokens(definition: TaskExtension, options: OptionValues, draw: DrawPairs): void {
  const vocabulary = definition.vocabulary(options);
  const samples = draw(8, 3000);
  for (const side of ["source", "target"] as const) {
    const seen = new Set(samples.flatMap((sample) => sample[side]));
    const missing = vocabulary[side].filter((token) => !seen.has(token));
    if (missing.length > 0) {
      throw new CheckError(
        `the ${side} tokens ${missing.slice(0, 5).join(", ")} do not occur in 3000 pairs. Remove them from the vocabulary, draw them, or declare \`allTokens: false\`.`,
      );
    }
  }
}

function checkLengths(definition: TaskExtension, given: TaskChecksOptions, samples: readonly TaskSample[]): void {
  const optionOf = (name: string): number | undefined =>
    (given.options?.[name] ?? definition.options[name]?.default) as number | undefined;
  const [least = 1, most] = given.lengths ?? [optionOf("minLength"), optionOf("maxLength")];
  const lengths = samples.map(({ source }) => source.length);
  const [smallest, largest] = [Math.min(...lengths), Math.max(...lengths)];
  if (smallest < least || (most !== undefined && largest > most))
    throw new CheckError(
      `sources must have ${least} to ${most ?? "any number of"} tokens, got ${smallest} to ${largest}.`,
    );
  if (most === undefined) return;
  if (smallest > least || largest < most)
    throw new CheckError(
      `of 2000 sources, some must have ${least} and some ${most} tokens, got ${smallest} to ${largest}.`,
    );
}

function checkAlignments({ everyTarget }: TaskChecksOptions, samples: readonly TaskSample[]): void {
  const aligned = samples.filter(({ alignment }) => alignment !== undefined);
  if (aligned.length === 0) return;
  if (aligned.length < samples.length)
    throw new CheckError(`${aligned.length} of ${samples.length} pairs have an alignment; all must have one, or none.`);
  const covered = ({ alignment, target }: TaskSample): boolean =>
    JSON.stringify(alignment!.map(([, position]) => position).sort((a, b) => a - b)) ===
    JSON.stringify([...target.keys()]);
  const complete = everyTarget ?? samples.slice(0, 3).every(covered);
  for (const sample of samples) {
    const links = sample.alignment!.map(String);
    if (new Set(links).size !== links.length)
      throw new CheckError(`an alignment contains a link twice: ${links.join("; ")}.`);
    if (complete && !covered(sample))
      throw new CheckError(
        `each of ${sample.target.length} target positions must be aligned once, got ${links.join("; ")}. Declare \`everyTarget: false\` if that is intended.`,
      );
  }
  const { aligned: share, others } = alignmentGain(samples);
  if (share < 0.999 && share < others + 0.05) {
    throw new CheckError(
      `the aligned source token predicts ${percent(share)} of the target tokens, another one of the same source ${percent(others)}. Links are [source position, target position], from 0.`,
    );
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function checkReference(
  samples: readonly TaskSample[],
  reference: (source: readonly string[]) => readonly string[],
): void {
  for (const { source, target } of samples) {
    assertSame(`the target of ${source.join(" ")}`, target, reference([...source]));
  }
}

function checkOptionValues(definition: TaskExtension, options: OptionValues): void {
  const use = (change: object): void => {
    definition.vocabulary({ ...options, ...change });
    definition.sample(new Random(1), { ...options, ...change });
  };
  assertThrows("an unknown option", () => definition.vocabulary({ ...options, noSuchOption: 1 }));
  assertThrows("an unknown option", () => definition.sample(new Random(1), { ...options, noSuchOption: 1 }));
  for (const [option, { type, minimum }] of Object.entries(definition.options)) {
    for (const value of [type === "string" ? 1 : "text", null, ...(minimum === undefined ? [] : [minimum - 1])]) {
      const error = assertThrows(`the option ${option} with the value ${String(value)}`, () =>
        use({ [option]: value }),
      );
      if (!(error instanceof HeedError))
        throw new CheckError(
          `the option ${option} with the value ${String(value)} must throw a HeedError, got ${error.name}: ${error.message}`,
        );
    }
  }
}

/** Each option at its smallest value, alone and with all others: what is accepted must work. */
function checkSmallest(definition: TaskExtension, options: OptionValues): void {
  const smallest = Object.entries(definition.options).flatMap(([option, { minimum }]) =>
    minimum === undefined ? [] : [{ [option]: minimum }],
  );
  for (const change of [...smallest, Object.assign({}, ...smallest) as OptionValues]) {
    const chosen = { ...options, ...change };
    try {
      definition.sample(new Random(1), chosen);
    } catch (error) {
      // Options that exclude each other may be refused.
      if (error instanceof HeedError && error.name === "OptionError") continue;
      throw error;
    }
    taskPairs(definition, { count: 50, random: new Random(9), options: chosen });
  }
}
