import { HeedError, type OptionValues, Random } from "@heed/core";
import { assertSame, assertThrows, type Check, CheckError, checksOf, withOtherGlobals } from "@heed/core/testing";
import { DataError } from "../data-error.js";
import type { TaskExtension, TaskSample } from "../define-task.js";
import { taskPairs, taskText, taskTokenizers } from "../task-pairs.js";
import { alignmentGain } from "./alignment-gain.js";

/** How a task is set up and what its author promises. */
export interface TaskChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /** Smallest and largest number of source tokens; default: the options `minLength` and `maxLength`, if the task has them. */
  readonly lengths?: readonly [least: number, most: number];
  /** Largest number of target tokens; default: 4 · the largest number of source tokens + 16. */
  readonly longestTarget?: number;
  /** Whether every token of the vocabulary occurs among some thousand samples; default true. */
  readonly allTokens?: boolean;
  /** Whether each target position is aligned; default: whether it is in the first samples. */
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
    "large options work": () => checkLarge(definition, options),
    "each option changes the pairs": () => checkEffects(definition, options),
  });
}

type DrawPairs = (seed: number, count: number) => TaskSample[];

function checkGenerator(definition: TaskExtension, options: OptionValues, draw: DrawPairs): void {
  const first = structuredClone(draw(1, 50));
  draw(2, 7);
  definition.vocabulary(options);
  assertSame("the pairs of the same seed, after others were drawn", draw(1, 50), first);
  assertSame(
    "the pairs of the same seed with another locale, clock, and other values of Math.random",
    withOtherGlobals(() => draw(1, 50)),
    first,
  );
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
      const text = taskText(definition, sample[side]);
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
  const { longestTarget = 4 * most + 16 } = given;
  const longest = Math.max(...samples.map(({ target }) => target.length));
  if (longest > longestTarget)
    throw new CheckError(
      `targets must have at most ${longestTarget} tokens, got ${longest}. Give \`longestTarget\` if that is intended.`,
    );
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
    new Set(alignment!.map(([, position]) => position)).size === target.length;
  const complete = everyTarget ?? samples.slice(0, 3).every(covered);
  for (const sample of samples) {
    const links = sample.alignment!.map(String);
    if (new Set(links).size !== links.length)
      throw new CheckError(`an alignment contains a link twice: ${links.join("; ")}.`);
    if (complete && !covered(sample))
      throw new CheckError(
        `each of ${sample.target.length} target positions must be aligned, got ${links.join("; ")}. Declare \`everyTarget: false\` if that is intended.`,
      );
  }
  if (samples.every(({ alignment }) => alignment!.length === 0))
    throw new CheckError("no alignment has a link. Leave `alignment` out if the task has none.");
  checkOnce(samples, complete);
  const { aligned: share, others, repairable } = alignmentGain(samples);
  if (share >= 0.7 && share < 0.999 && repairable > 0.95) {
    throw new CheckError(
      `the aligned source token predicts ${percent(share)} of the target tokens, and almost each time that it does not, another token of the same source does. Links are [source position, target position], from 0.`,
    );
  }
  if (share < 0.999 && share < others + 0.05) {
    throw new CheckError(
      `the aligned source token predicts ${percent(share)} of the target tokens, another one of the same source ${percent(others)}. Links are [source position, target position], from 0.`,
    );
  }
}

/** Where each target is its source in another order, each source position is aligned once. */
function checkOnce(samples: readonly TaskSample[], complete: boolean): void {
  const sorted = (tokens: readonly unknown[]): string => JSON.stringify(tokens.toSorted());
  if (!complete || samples.some(({ source, target }) => sorted(source) !== sorted(target))) return;
  for (const { source, target, alignment } of samples) {
    if (alignment!.some(([from, to]) => source[from] !== target[to])) return;
  }
  for (const { source, alignment } of samples) {
    const used = new Set(alignment!.map(([from]) => from)).size;
    if (used < source.length)
      throw new CheckError(
        `the target of ${source.join(" ")} has the same tokens, so each source position must be aligned once, got ${alignment!.join("; ")}.`,
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
    const pairs = taskPairs(definition, { count: 50, random: new Random(9), options: chosen });
    const usual = definition.sample(new Random(1), options).alignment !== undefined;
    const other = pairs.find(({ alignment }) => (alignment !== undefined) !== usual);
    if (other)
      throw new CheckError(
        `with ${JSON.stringify(change)}, ${JSON.stringify(other)} has ${usual ? "no" : "an"} alignment, unlike other pairs.`,
      );
  }
}

/** The pairs with changed options; undefined where the options are refused. */
function pairsWith(definition: TaskExtension, options: OptionValues): TaskSample[] | undefined {
  try {
    definition.sample(new Random(1), options);
  } catch (error) {
    if (error instanceof HeedError && error.name === "OptionError") return undefined;
    throw error;
  }
  return taskPairs(definition, { count: 50, random: new Random(9), options });
}

/** Each whole number at 40: more than the alphabet has letters. */
function checkLarge(definition: TaskExtension, options: OptionValues): void {
  for (const [option, { type }] of Object.entries(definition.options)) {
    if (type === "integer") pairsWith(definition, { ...options, [option]: 40 });
  }
}

/** No option is ignored. */
function checkEffects(definition: TaskExtension, options: OptionValues): void {
  const describe = (chosen: OptionValues): string | undefined => {
    const pairs = pairsWith(definition, chosen);
    return pairs && JSON.stringify([definition.vocabulary(chosen), pairs]);
  };
  const usual = describe(options);
  for (const [option, { type, default: byDefault, choices, minimum }] of Object.entries(definition.options)) {
    const value: unknown = options[option] ?? byDefault;
    const numbers = [Number(value) + 1, Number(value) * 2, Number(value) / 2, minimum];
    const others: readonly unknown[] =
      choices ?? (type === "boolean" ? [!value] : type === "integer" || type === "number" ? numbers : []);
    const tried = others
      .filter((other) => other !== value && (type !== "integer" || Number.isInteger(other)))
      .map((other) => describe({ ...options, [option]: other } as OptionValues))
      .filter((text) => text !== undefined);
    if (tried.length > 0 && tried.every((text) => text === usual))
      throw new CheckError(`the option ${option} changes neither the vocabulary nor the pairs. Use it, or remove it.`);
  }
}
