import { type OptionValues, Registry, shownJson } from "@heed/core";
import type { TokenizerExtension } from "./define-tokenizer.js";
import { type Tokenizer, type TokenizerJSON, tokenizerFormat } from "./tokenizer.js";
import { TokenizerError } from "./tokenizer-error.js";
import { builtInTokenizers } from "./tokenizers/index.js";

/**
 * Returns the definition with a name.
 *
 * @param extra - definitions besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two definitions have the same name
 * @example
 * findTokenizer("word").options.locale.meaning; // "Language of the text, …"
 */
export function findTokenizer(name: string, extra: readonly TokenizerExtension[] = []): TokenizerExtension {
  return new Registry<TokenizerExtension>("tokenizer", [...builtInTokenizers, ...extra]).get(name);
}

/**
 * Trains the tokenizer with a name.
 *
 * @param lines - sentences of the training data
 * @param options - the options that differ from the defaults
 * @param extra - definitions besides the built-in ones
 * @throws UnknownNameError when there is no such tokenizer
 * @throws OptionError when an option is unknown or has a wrong value
 * @example
 * const tokenizer = trainTokenizer("word", ["나는 학생이다.", "나는 간다."], { locale: "ko", minFrequency: 1 });
 * tokenizer.encode("나는 간다.").ids; // [5, 6, 4]
 */
export function trainTokenizer(
  name: string,
  lines: Iterable<string>,
  options: OptionValues = {},
  extra: readonly TokenizerExtension[] = [],
): Tokenizer {
  return findTokenizer(name, extra).train(lines, options);
}

/**
 * Builds the tokenizer that `tokenizer.toJSON()` described.
 *
 * @param json - a parsed JSON value of any origin: everything is checked
 * @param extra - definitions besides the built-in ones
 * @throws TokenizerError when it is not a tokenizer, has another version, or a property is wrong
 * @throws OptionError when an option of it is unknown or wrong
 * @throws UnknownNameError when there is no tokenizer with its name
 * @example
 * const same = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
 */
export function tokenizerFromJSON(json: unknown, extra: readonly TokenizerExtension[] = []): Tokenizer {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TokenizerError(`Not a tokenizer: expected an object, got ${kindOf(json)}. ${advice}`);
  }
  const { format, version, name } = json as Readonly<Record<string, unknown>>;
  if (format !== tokenizerFormat.format) {
    throw new TokenizerError(
      `Not a tokenizer: "format" must be "${tokenizerFormat.format}", got ${shownJson(format)}. ${advice}`,
    );
  }
  if (version !== tokenizerFormat.version) {
    throw new TokenizerError(
      `This tokenizer cannot be read: "version" must be ${tokenizerFormat.version}, got ${shownJson(version)}. Use the version of heed that wrote it.`,
    );
  }
  if (typeof name !== "string") {
    throw new TokenizerError(`Not a tokenizer: "name" must be text, got ${shownJson(name)}. ${advice}`);
  }
  return findTokenizer(name, extra).fromJSON(json as TokenizerJSON);
}

const advice = "Give what `tokenizer.toJSON()` returned.";

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
