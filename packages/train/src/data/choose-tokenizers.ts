import {
  checkOptions,
  type HeedError,
  isHeedError,
  type OptionError,
  type OptionValues,
  type Registry,
  UnknownNameError,
} from "@heed/core";
import type { TokenizerExtension } from "@heed/tokenizers";
import { ConfigError, type ConfigIssue } from "../config/config-error.js";
import type { TextData } from "../config/data-schema.js";

/** A value for each side of a pair. */
export interface Sides<T> {
  readonly source: T;
  readonly target: T;
}

/** A tokenizer to be trained, and its options with the defaults. */
export interface TokenizerChoice {
  readonly definition: TokenizerExtension;
  readonly options: OptionValues;
}

/** Returns the options that a configuration gives for the tokenizer of a side, and its name. One tokenizer has those of both. */
export function tokenizerOptions(data: TextData, side: keyof Sides<unknown>): OptionValues & { name: string } {
  const { tokenizer, sharedVocabulary, sourceTokenizer, targetTokenizer } = data;
  const own = side === "source" ? sourceTokenizer : targetTokenizer;
  const { name = tokenizer, ...options } = sharedVocabulary ? { ...sourceTokenizer, ...targetTokenizer } : own;
  return { ...options, name };
}

/**
 * Finds the tokenizers that a configuration names and checks their options.
 *
 * @param known - the tokenizers that may be named
 * @throws ConfigError naming the key of each unknown tokenizer, unknown option and wrong value
 */
export function chooseTokenizers(data: TextData, known: Registry<TokenizerExtension>): Sides<TokenizerChoice> {
  const { source, target, issues } = tryTokenizers(data, known);
  if (source && target) return { source, target };
  throw new ConfigError(issues.map(({ path, message }) => ({ path, message })));
}

/** Returns the faults in the options of tokenizers. Unknown names are reported elsewhere. */
export function tokenizerIssues(data: TextData, known: Registry<TokenizerExtension>): readonly ConfigIssue[] {
  return tryTokenizers(data, known)
    .issues.filter(({ cause }) => !(cause instanceof UnknownNameError))
    .map(({ path, message }) => ({ path, message }));
}

/** Finds the tokenizers of both sides, and the faults of those that are not usable. */
function tryTokenizers(
  data: TextData,
  known: Registry<TokenizerExtension>,
): Partial<Sides<TokenizerChoice>> & { issues: TokenizerIssue[] } {
  const issues = new Map<string, TokenizerIssue>();
  const choose = (side: keyof Sides<unknown>): TokenizerChoice | undefined => {
    const { name, ...given } = tokenizerOptions(data, side);
    try {
      const definition = known.get(name);
      return { definition, options: checkOptions("tokenizer", definition, given) };
    } catch (error) {
      if (!isHeedError(error)) throw error;
      const path = pathOf(data, side, isHeedError(error, "OptionError") ? (error as OptionError).option : "name");
      issues.set(path, { path, message: `${path}: ${error.message}`, cause: error });
      return undefined;
    }
  };
  const [source, target] = [choose("source"), choose("target")];
  return { ...(source && { source }), ...(target && { target }), issues: [...issues.values()] };
}

/** A fault, and the error of the tokenizer. */
interface TokenizerIssue extends ConfigIssue {
  readonly cause: HeedError;
}

/** Returns the key of the configuration that gives an option of a side's tokenizer. */
function pathOf(data: TextData, side: keyof Sides<unknown>, option = ""): string {
  const other = side === "source" ? "target" : "source";
  const sides = data.sharedVocabulary ? ([side, other] as const) : ([side] as const);
  const owner = sides.find((each) => Object.hasOwn(data[`${each}Tokenizer`], option));
  return owner === undefined ? "data.tokenizer" : `data.${owner}Tokenizer.${option}`;
}

/**
 * Returns the number of tokens, without `<eos>`, above which a side is left out of the training data.
 * @throws ConfigError as {@link chooseTokenizers}
 */
export function maxLengths(data: TextData, known: Registry<TokenizerExtension>): Sides<number> {
  if (data.maxLength !== undefined) return { source: data.maxLength, target: data.maxLength };
  const { source, target } = chooseTokenizers(data, known);
  return { source: source.definition.maxLength, target: target.definition.maxLength };
}
