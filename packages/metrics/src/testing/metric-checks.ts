import { HeedError, type OptionValues } from "@heed/core";
import { assertSame, assertThrows, type Check, CheckError, checksOf, withOtherGlobals } from "@heed/core/testing";
import type { MetricExtension, MetricInput } from "../define-metric.js";
import { corpusScore, type SentenceStatistics } from "../sentence-statistics.js";
import { corpora, damaged, freeze, inputOf, manyReferences, oddHypotheses } from "./metric-corpora.js";

/** How a metric is computed and what its author promises. */
export interface MetricChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /** Smallest and largest value; default: from 0 to `perfect` when higher is better and `perfect` is given, else from 0. */
  readonly range?: readonly [least: number, most: number];
  /** Whether hypotheses that equal their references get the best value; false for a ratio of lengths. Default true. */
  readonly perfectIsBest?: boolean;
}

/**
 * The checks that a metric must pass: hypotheses that equal their references get the best value, and each wrong sentence a worse
 * one; values are finite and in range, also for empty sentences; the order of sentences and earlier calls do not matter;
 * inputs are not changed; lists of different lengths are refused; options are checked. Statistics, if the metric has them, have a
 * row for each sentence, which does not depend on the other sentences, and their sum gives the value; a signature is one line.
 *
 * @param definition - what `defineMetric` returns
 * @param given - options that differ from the defaults, and what the author promises
 * @example
 * for (const check of metricChecks(chrfMetric)) test(check.name, check.run);
 */
export function metricChecks(definition: MetricExtension, given: MetricChecksOptions = {}): Check[] {
  const { options = {}, perfectIsBest = true } = given;
  const { higherIsBetter, perfect } = definition;
  const range = given.range ?? [0, higherIsBetter && perfect !== undefined ? perfect : Number.POSITIVE_INFINITY];
  const compute = (hypotheses: readonly string[], references: readonly string[]): number =>
    definition.compute(freeze(inputOf(hypotheses, references)), Object.freeze({ ...options }));
  const trial: Trial = { definition, options, range, compute };
  const chosen = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
  return checksOf(definition.name + chosen, {
    "perfect hypotheses get the perfect value": () => checkPerfect(trial),
    ...(perfectIsBest
      ? {
          "no hypotheses are better than perfect ones": () => checkBest(trial),
          "each wrong sentence counts": () => checkEach(trial),
        }
      : {}),
    "values are finite and in range": () => checkRange(trial),
    "the order of sentences does not matter": () => checkOrder(trial),
    "calls do not affect each other": () => checkCalls(trial),
    "inputs are not changed": () => checkInputs(trial),
    "lists of different lengths are refused": () => checkLists(trial),
    "options are checked": () => checkOptionValues(trial),
    ...(definition.statistics && { "statistics give the value": () => checkStatistics(trial) }),
    ...(definition.signature && { "the signature is one line": () => checkSignature(trial) }),
  });
}

interface Trial {
  readonly definition: MetricExtension;
  readonly options: OptionValues;
  readonly range: readonly [number, number];
  readonly compute: (hypotheses: readonly string[], references: readonly string[]) => number;
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** Whether a value is worse than another one. */
const worse = ({ definition }: Trial, value: number, than: number): boolean =>
  !close(value, than) && (definition.higherIsBetter ? value < than : value > than);

function checkPerfect({ definition, compute }: Trial): void {
  const { perfect } = definition;
  if (perfect === undefined) return;
  for (const references of corpora) {
    const value = compute(references, references);
    if (!close(value, perfect))
      throw new CheckError(`hypotheses that equal ${JSON.stringify(references)} must get ${perfect}, got ${value}.`);
  }
}

function checkBest(trial: Trial): void {
  for (const references of corpora) {
    const best = trial.compute(references, references);
    for (const [what, hypotheses] of Object.entries(damaged(references))) {
      const value = trial.compute(hypotheses, references);
      if (!worse(trial, value, best) && !close(value, best)) {
        throw new CheckError(
          `${what} get ${value}, which is better than the ${best} of perfect ones (higherIsBetter: ${trial.definition.higherIsBetter}). Declare \`perfectIsBest: false\` if that is intended.`,
        );
      }
    }
  }
}

function checkEach(trial: Trial): void {
  const references = corpora[0]!;
  const best = trial.compute(references, references);
  let before = best;
  for (const [i] of references.entries()) {
    const wrong = (upTo: number, from = 0): string[] =>
      references.map((line, j) => (j >= from && j <= upTo ? line.replace(/\S/gu, "q") : line));
    const one = trial.compute(wrong(i, i), references);
    if (!worse(trial, one, best))
      throw new CheckError(
        `when sentence ${i} of ${references.length} is wrong, the value must be worse than ${best}, got ${one}.`,
      );
    const many = trial.compute(wrong(i), references);
    if (!worse(trial, many, before) && !close(many, before))
      throw new CheckError(
        `when ${i + 1} sentences are wrong, the value must not be better than ${before}, got ${many}.`,
      );
    before = many;
  }
  const wrongOnes = {
    ...wrongWords(references),
    "empty hypotheses": references.map(() => ""),
    "hypotheses of other sentences": [...references.slice(1), references[0]!],
  };
  for (const [what, hypotheses] of Object.entries(wrongOnes)) {
    const value = trial.compute(hypotheses, references);
    if (!worse(trial, value, best)) throw new CheckError(`${what} must get a worse value than ${best}, got ${value}.`);
  }
  const all = trial.compute(manyReferences, manyReferences);
  for (const i of [0, 8, 64, 130, 256, manyReferences.length - 1]) {
    const value = trial.compute(manyReferences.with(i, "qqq qqq qqq"), manyReferences);
    if (!worse(trial, value, all))
      throw new CheckError(
        `when sentence ${i} of ${manyReferences.length} is wrong, the value must be worse than ${all}, got ${value}.`,
      );
  }
}

/** Hypotheses with one wrong word, the first or the last one of a sentence, in two scripts. */
function wrongWords(references: readonly string[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [i, line] of references.entries()) {
    const words = line.split(" ");
    for (const at of [0, words.length - 1]) {
      for (const word of ["qqq", "жжж"])
        all[`"${word}" for word ${at} of sentence ${i}`] = references.with(i, words.with(at, word).join(" "));
    }
  }
  return all;
}

function checkRange({ definition, options, compute, range: [least, most] }: Trial): void {
  for (const references of corpora) {
    for (const [what, hypotheses] of Object.entries({ ...damaged(references), ...oddHypotheses(references) })) {
      for (const [a, b] of [
        [hypotheses, references],
        [references, hypotheses],
      ] as const) {
        // A model may not have ended its sentences, or not have begun them.
        const unended = (): number => {
          const input = inputOf(a, b);
          const cut = input.hypothesisTokens.map((tokens) => tokens.slice(0, -1));
          return definition.compute(freeze({ ...input, hypothesisTokens: cut }), { ...options });
        };
        for (const value of [compute(a, b), unended()]) {
          const inRange = value >= least - 1e-9 && value <= most + 1e-9;
          if (Number.isFinite(value) && inRange) continue;
          throw new CheckError(`the value for ${what} must be finite and from ${least} to ${most}, got ${value}.`);
        }
      }
    }
  }
}

function checkOrder({ compute }: Trial): void {
  for (const references of corpora) {
    for (const hypotheses of Object.values(damaged(references))) {
      const value = compute(hypotheses, references);
      const rotated = compute([...hypotheses.slice(1), hypotheses[0]!], [...references.slice(1), references[0]!]);
      const reversed = compute(hypotheses.toReversed(), references.toReversed());
      for (const other of [rotated, reversed]) {
        if (!close(other, value))
          throw new CheckError(`the value must be ${value} in another order of sentences, got ${other}.`);
      }
    }
  }
}

function checkCalls({ compute }: Trial): void {
  const [references, others] = corpora as [string[], string[]];
  for (const name of ["hypotheses without their last word", "one wrong hypothesis"]) {
    const hypotheses = damaged(references)[name]!;
    const first = compute(hypotheses, references);
    compute(others, others);
    compute(references, references);
    assertSame("the value of the same sentences after other calls", compute(hypotheses, references), first);
    assertSame(
      "the value with another locale, clock, and other values of Math.random",
      withOtherGlobals(() => compute(hypotheses, references)),
      first,
    );
  }
}

function checkInputs({ definition, options }: Trial): void {
  const references = corpora[0]!;
  const input = inputOf(damaged(references)["hypotheses in reverse order"]!, references);
  const copy = structuredClone(input);
  definition.compute(input, options);
  assertSame("the input after compute()", input, copy);
  definition.compute(freeze(input), Object.freeze({ ...options }));
}

function checkLists({ definition, options }: Trial): void {
  const references = corpora[0]!;
  const input = inputOf(references, references);
  const refuse = (what: string, wrong: unknown): void => {
    const error = assertThrows(what, () => definition.compute(wrong as MetricInput, options));
    if (!(error instanceof HeedError))
      throw new CheckError(`${what} must throw a HeedError, got ${error.name}: ${error.message}`);
  };
  for (const name of Object.keys(input) as (keyof MetricInput)[]) {
    refuse(`a shorter list of ${name}`, { ...input, [name]: input[name].slice(1) });
    refuse(`a longer list of ${name}`, { ...input, [name]: [...input[name], input[name][0]] });
    refuse(`no list of ${name}`, { ...input, [name]: undefined });
  }
  refuse("empty lists", inputOf([], []));
}

function checkOptionValues({ definition, options }: Trial): void {
  const input = inputOf(corpora[0]!, corpora[0]!);
  assertThrows("an unknown option", () => definition.compute(input, { ...options, noSuchOption: 1 }));
  for (const [option, { type, minimum, choices }] of Object.entries(definition.options)) {
    const wrong = [
      type === "string" ? 1 : "text",
      null,
      ...(minimum === undefined ? [] : [minimum - 1]),
      ...(choices === undefined ? [] : ["no such choice"]),
    ];
    for (const value of wrong) {
      assertThrows(`the option ${option} with the value ${String(value)}`, () =>
        definition.compute(input, { ...options, [option]: value }),
      );
    }
  }
}

function checkStatistics({ definition, options, compute }: Trial): void {
  const statisticsOf = (hypotheses: readonly string[], references: readonly string[]): SentenceStatistics =>
    definition.statistics!(freeze(inputOf(hypotheses, references)), Object.freeze({ ...options }));
  for (const references of corpora) {
    for (const [what, hypotheses] of Object.entries({ ...damaged(references), ...oddHypotheses(references) })) {
      const statistics = statisticsOf(hypotheses, references);
      const { rows, width } = statistics;
      if (rows.length !== references.length * width)
        throw new CheckError(
          `statistics must have ${references.length} rows of ${width} numbers for ${what}, got ${rows.length} numbers.`,
        );
      const value = compute(hypotheses, references);
      const score = corpusScore(statistics);
      if (!close(score, value))
        throw new CheckError(`the score of the statistics must be ${value} for ${what}, got ${score}.`);
      for (const [i] of references.entries()) {
        const alone = statisticsOf([hypotheses[i]!], [references[i]!]);
        assertSame(
          `the row of sentence ${i} without other sentences`,
          [...alone.rows],
          [...rows.subarray(i * width, (i + 1) * width)],
        );
      }
      const { score: scoreOf } = statistics;
      const nothing = scoreOf(new Float64Array(width));
      if (!Number.isFinite(nothing))
        throw new CheckError(`the score of no sentence must be a finite number, got ${nothing}.`);
    }
  }
}

function checkSignature({ definition, options }: Trial): void {
  const signature = definition.signature!(options);
  if (typeof signature !== "string" || signature.trim() === "" || /[\r\n]/u.test(signature))
    throw new CheckError(`signature must return one line of text, got ${JSON.stringify(signature)}.`);
  assertSame("the signature of the same options", definition.signature!({ ...options }), signature);
  const context = { references: 3, bootstrap: 1000, seed: 7 };
  if (definition.signature!(options, context) === signature)
    throw new CheckError("the signature must depend on the number of references and on samples and seed.");
  assertThrows("an unknown option of the signature", () => definition.signature!({ ...options, noSuchOption: 1 }));
}
