import {
  checkOptions,
  defineExtension,
  type Extension,
  type Named,
  type OptionSpecs,
  type OptionValues,
  type Random,
} from "@heed/core";

/** The tokens of a task, without the special ones: ids follow this order. The lists may be equal. */
export interface TaskVocabulary {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/** Which source position each target position comes from: pairs of positions [source, target], from 0. */
export type Alignment = readonly (readonly [source: number, target: number])[];

/** A source and its target, as tokens. */
export interface TaskSample {
  /** At least one token. */
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** The true alignment, if the task has one. */
  readonly alignment?: Alignment | undefined;
}

/** A synthetic task: its tokens, and how a pair is drawn. */
export interface TaskDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  readonly options: OptionSpecs<O>;
  /**
   * Whether each token is one character, so that text has nothing between tokens, and a space is a token, too. Default
   * false: tokens of any length, with a space between them in text.
   */
  readonly characters?: boolean | undefined;
  /**
   * Returns the tokens of both sides. None may be empty, contain white space (except for a space where tokens are
   * characters), or be a special token such as `<eos>`.
   */
  vocabulary(options: O): TaskVocabulary;
  /**
   * Draws a pair.
   * @param random - the only source of random numbers, so that the same seed gives the same pairs
   */
  sample(random: Random, options: O): TaskSample;
}

/** A task that can be found by name. */
export interface TaskExtension extends Omit<TaskDefinition, "vocabulary" | "sample" | "characters">, Extension<"task"> {
  /** Whether each token is one character. */
  readonly characters: boolean;
  /**
   * Returns the tokens of both sides.
   *
   * @param options - those that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   */
  vocabulary(options?: OptionValues): TaskVocabulary;
  /**
   * Draws a pair. `taskPairs` draws many, and checks them.
   *
   * @param options - those that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   */
  sample(random: Random, options?: OptionValues): TaskSample;
}

/**
 * Defines a synthetic task. A new task is one file in `tasks/`. The result checks the options, and adds the defaults.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * const digits = Array.from("0123456789");
 * export const parityTask = defineTask<{ length: number }>({
 *   name: "parity",
 *   summary: "digits in, whether their sum is even out",
 *   options: { length: { type: "integer", minimum: 1, default: 4, meaning: "Number of digits." } },
 *   vocabulary: () => ({ source: digits, target: ["even", "odd"] }),
 *   sample(random, { length }) {
 *     const drawn = Array.from({ length }, () => random.integer(0, 10));
 *     const sum = drawn.reduce((a, b) => a + b);
 *     return { source: drawn.map(String), target: [sum % 2 === 0 ? "even" : "odd"] };
 *   },
 * });
 */
export function defineTask<O = OptionValues>(definition: TaskDefinition<O>): TaskExtension {
  const checked = defineExtension("task", definition as unknown as TaskDefinition, {
    summary: "text",
    options: "options",
    characters: "boolean?",
    vocabulary: "function",
    sample: "function",
  });
  return Object.freeze({
    ...checked,
    characters: checked.characters === true,
    vocabulary: (given?: OptionValues) => copied(checked.vocabulary(checkOptions("task", checked, given))),
    sample: (random: Random, given?: OptionValues) => checked.sample(random, checkOptions("task", checked, given)),
  });
}

/** Copies the lists of a vocabulary: a task may return the same lists for each call, and no caller may change them. */
function copied(vocabulary: TaskVocabulary): TaskVocabulary {
  const copy = (tokens: readonly string[]): readonly string[] => (Array.isArray(tokens) ? [...tokens] : tokens);
  return { source: copy(vocabulary?.source), target: copy(vocabulary?.target) };
}
