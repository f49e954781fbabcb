import { checkOptions, type OptionValues, type Registry } from "@heed/core";
import type { TokenizerExtension } from "@heed/tokenizers";
import { ConfigError, type ConfigIssue } from "../config/config-error.js";
import type { TextData, TokenizerKeys } from "../config/data-schema.js";
import { readOptions } from "../config/read-options.js";

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
export function tokenizerOptions(data: TokenizerKeys, side: keyof Sides<unknown>): OptionValues & { name: string } {
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
export function chooseTokenizers(data: TokenizerKeys, known: Registry<TokenizerExtension>): Sides<TokenizerChoice> {
  const issues = tokenizerIssues(data, known);
  if (issues.length > 0) throw new ConfigError(issues);
  const choose = (side: keyof Sides<unknown>): TokenizerChoice => {
    const { name, ...given } = tokenizerOptions(data, side);
    const definition = known.get(name);
    return { definition, options: checkOptions("tokenizer", definition, given) };
  };
  return { source: choose("source"), target: choose("target") };
}

/** Returns the faults in the names and options of tokenizers. */
export function tokenizerIssues(data: TokenizerKeys, known: Registry<TokenizerExtension>): readonly ConfigIssue[] {
  const issues = (["source", "target"] as const).flatMap((side): readonly ConfigIssue[] => {
    const { name, ...given } = tokenizerOptions(data, side);
    if (known.has(name)) {
      return readOptions("tokenizer", known.get(name), given, (option) => pathOf(data, side, option)).issues ?? [];
    }
    const path = pathOf(data, side, "name");
    return [{ path, message: `${path}: ${known.unknown(name).message}` }];
  });
  // A shared tokenizer has the same faults on both sides.
  return [...new Map(issues.map((issue) => [issue.path, issue])).values()];
}

/** Returns the key of the configuration that gives an option of a side's tokenizer. */
function pathOf(data: TokenizerKeys, side: keyof Sides<unknown>, option: string): string {
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
