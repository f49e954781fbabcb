import {
  checkOptions,
  defineExtension,
  type Extension,
  HeedError,
  type Named,
  type OptionSpecs,
  type OptionValues,
  shownArgument,
} from "@heed/core";
import type { SentenceStatistics } from "./sentence-statistics.js";
import type { SignatureOptions } from "./signature.js";

/** What a metric compares. Index i of every list belongs to the same sentence. */
export interface MetricInput {
  /** What the model wrote, as text. */
  readonly hypotheses: readonly string[];
  /** What it was to write, as text: in lower case where the model writes only that. */
  readonly references: readonly string[];
  /** What it read, as text. */
  readonly sources: readonly string[];
  /** The tokens of each hypothesis. `<eos>` is the last one where the model ended the sentence itself. */
  readonly hypothesisTokens: readonly (readonly string[])[];
  /**
   * The tokens of each reference, with `<eos>`. A token that the vocabulary lacks is as in the text, so that no hypothesis
   * has it.
   */
  readonly referenceTokens: readonly (readonly string[])[];
}

/** A measure of what a model wrote. */
export interface MetricDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs, with the range of values. */
  readonly summary: string;
  /** Paper and equation. */
  readonly reference?: string;
  /** Whether a larger value is a better one. */
  readonly higherIsBetter: boolean;
  /** The value when every hypothesis equals its reference, such as 1 or 100; default: not known. */
  readonly perfect?: number;
  readonly options: OptionSpecs<O>;
  /**
   * Measures hypotheses of a whole corpus.
   * @param input - lists of the same length, which is at least 1
   * @param options - checked, with defaults
   * @returns a finite number
   */
  compute(input: MetricInput, options: O): number;
  /**
   * Counts what the value is computed from, sentence by sentence: for confidence intervals, significance tests, and values of
   * parts of a corpus. Without it, the metric has none of these.
   * @param input - lists of the same length, which is at least 1
   * @param options - checked, with defaults
   * @returns a row for each sentence; the score of their sum is the value of `compute`
   */
  readonly statistics?: ((input: MetricInput, options: O) => SentenceStatistics) | undefined;
  /**
   * Writes the metric, its options and its version as one line, so that values can be compared: `bleuSignature` is an example.
   * @param options - checked, with defaults
   * @param context - number of references; samples and seed of a test
   */
  readonly signature?: ((options: O, context: SignatureOptions) => string) | undefined;
}

/** A metric that can be found by name. */
export interface MetricExtension
  extends Omit<MetricDefinition, "compute" | "statistics" | "signature">,
    Extension<"metric"> {
  /**
   * Measures hypotheses of a whole corpus.
   *
   * @param input - lists of the same length, which is at least 1
   * @param options - the options that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   * @throws HeedError when lists differ in length or are empty, or when the metric does not return a finite number
   */
  compute(input: MetricInput, options?: OptionValues): number;
  /**
   * Counts what the value is computed from, sentence by sentence. `undefined` for a metric that was defined without it.
   *
   * @param options - the options that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   * @throws HeedError when lists differ in length or are empty, or when there is not a row for each sentence
   */
  readonly statistics?: ((input: MetricInput, options?: OptionValues) => SentenceStatistics) | undefined;
  /**
   * Writes the metric, its options and its version as one line. `undefined` for a metric that was defined without it.
   *
   * @param options - the options that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   */
  readonly signature?: ((options?: OptionValues, context?: SignatureOptions) => string) | undefined;
}

const lists = ["hypotheses", "references", "sources", "hypothesisTokens", "referenceTokens"] as const;

/**
 * Defines a metric. A new metric is one file in `metrics/`. The result checks the options, adds the defaults, and checks what
 * `compute` returns.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * export const lengthRatio = defineMetric({
 *   name: "length-ratio",
 *   summary: "tokens of the hypotheses for each token of the references",
 *   higherIsBetter: false,
 *   perfect: 1,
 *   options: {},
 *   compute({ hypothesisTokens, referenceTokens }) {
 *     const count = (sentences: readonly (readonly string[])[]) => sentences.flat().length;
 *     return count(hypothesisTokens) / count(referenceTokens);
 *   },
 * });
 */
export function defineMetric<O = OptionValues>(definition: MetricDefinition<O>): MetricExtension {
  const checked = defineExtension("metric", definition as unknown as MetricDefinition, {
    summary: "text",
    reference: "text?",
    higherIsBetter: "boolean",
    perfect: "number?",
    options: "options",
    compute: "function",
    statistics: "function?",
    signature: "function?",
  });
  const { name, statistics, signature } = checked;
  return Object.freeze({
    ...checked,
    compute(input: MetricInput, given?: OptionValues): number {
      const options = checkOptions("metric", checked, given);
      checkLists(name, input);
      const value: unknown = checked.compute(input, options);
      if (typeof value === "number" && Number.isFinite(value)) return value;
      throw new HeedError(
        `compute of the metric "${name}" must return a finite number, got ${value instanceof Promise ? "a promise" : shownArgument(value)}.`,
      );
    },
    statistics:
      statistics &&
      ((input: MetricInput, given?: OptionValues): SentenceStatistics => {
        const options = checkOptions("metric", checked, given);
        checkLists(name, input);
        const counted = statistics.call(checked, input, options);
        const rows = counted.rows.length / counted.width;
        if (rows === input.hypotheses.length) return counted;
        throw new HeedError(
          `statistics of the metric "${name}" must return a row for each of the ${input.hypotheses.length} sentences, got ${rows}.`,
        );
      }),
    signature:
      signature &&
      ((given?: OptionValues, context: SignatureOptions = {}): string =>
        signature.call(checked, checkOptions("metric", checked, given), context)),
  });
}

/** Checks that there is an item for each hypothesis in every list. */
function checkLists(name: string, input: MetricInput): void {
  for (const list of lists) {
    const value: unknown = input[list];
    if (!Array.isArray(value) || value.length !== input.hypotheses.length) {
      const got = Array.isArray(value) ? `${value.length}` : typeof value;
      throw new HeedError(
        `The metric "${name}" needs ${list} with an item for each of the ${input.hypotheses?.length} hypotheses, got ${got}.`,
      );
    }
  }
  if (input.hypotheses.length === 0) {
    throw new HeedError(`The metric "${name}" needs at least one hypothesis, got none.`);
  }
}
