import { checkOptions, type OptionSpecs, shownJson } from "@heed/core";
import type { Tokenizer } from "../tokenizer.js";
import { TokenizerError } from "../tokenizer-error.js";
import { isRecord, type TokenizerJSON, tokenizerFormat, tokenizerHead } from "../tokenizer-json.js";
import { specialTokens, type Vocabulary } from "../vocabulary.js";
import type { SubwordOptions } from "./subword-options.js";
import type { TextPipeline } from "./text-pipeline.js";

/** The property `model` of a `tokenizer.json`: its type, its vocabulary, and what else the type needs. */
export interface SubwordModelJSON {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** What {@link writeTokenizerFile} writes. */
export interface TokenizerFileParts {
  readonly name: string;
  readonly options: Pick<SubwordOptions, "byteFallback">;
  readonly vocabulary: Vocabulary;
  readonly pipeline: TextPipeline;
  /** Returns the properties of `model`. */
  model(): SubwordModelJSON;
}

/**
 * Writes a tokenizer as `tokenizer.json` of Hugging Face. Name and options of heed are in `model.heed`, because the
 * library `tokenizers` ignores properties of the model that it does not know, and refuses those beside it.
 */
export function writeTokenizerFile({ name, options, vocabulary, pipeline, model }: TokenizerFileParts): TokenizerJSON {
  const added = Object.values(specialTokens).map((content) => ({
    ...{ id: vocabulary.id(content), content },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  }));
  const { normalizer, pre_tokenizer, decoder } = pipeline.json;
  return {
    ...{ version: "1.0", truncation: null, padding: null },
    ...{ added_tokens: added, normalizer, pre_tokenizer, post_processor: null, decoder },
    model: { ...model(), heed: { ...tokenizerFormat, name, options } },
  };
}

/** What {@link readTokenizerFile} reads, and how. */
export interface TokenizerFileReader<O> {
  /** The type of the model: `BPE` or `Unigram`. */
  readonly type: string;
  /** The definition of the tokenizer. */
  readonly definition: { readonly name: string; readonly options: OptionSpecs<O> };
  /**
   * Builds the tokenizer.
   * @param model - `type` is checked; all other properties may have any value
   */
  build(model: Readonly<Record<string, unknown>>, options: O): Tokenizer;
}

/**
 * Reads a `tokenizer.json` that heed wrote.
 *
 * @param json - a parsed JSON value of any origin: everything is checked
 * @throws TokenizerError when a property is wrong; names it
 * @throws OptionError when an option is wrong
 */
export function readTokenizerFile<O>(
  json: TokenizerJSON,
  { type, definition, build }: TokenizerFileReader<O>,
): Tokenizer {
  const { options } = tokenizerHead(json);
  const model = isRecord(json.model) ? json.model : {};
  if (model.type !== type) throw wrong("model.type", JSON.stringify(type), model.type);
  const tokenizer = build(model, checkOptions<O>("tokenizer", definition, options ?? {}));
  // The tokenizer would write the same file: so no property is lost or means something else.
  assertSame(tokenizer.toJSON(), json, "");
  return tokenizer;
}

/** Returns the error for a property of a `tokenizer.json`. */
export function wrong(path: string, expected: string, got: unknown): TokenizerError {
  return new TokenizerError(
    `Not a tokenizer of heed: "${path}" must be ${expected}, got ${shownJson(got)}. Use the file that heed wrote.`,
  );
}

/** @throws TokenizerError when a property differs from the expected one; a missing property is `null` */
function assertSame(expected: unknown, got: unknown, path: string): void {
  const at = (key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) throw wrong(path, "a list", got);
    if (got.length !== expected.length) throw wrong(at("length"), String(expected.length), got.length);
    for (const [i, value] of expected.entries()) assertSame(value, got[i], at(i));
  } else if (isRecord(expected)) {
    if (!isRecord(got)) throw wrong(path, "an object", got);
    for (const [key, value] of Object.entries(expected)) assertSame(value, ownValue(got, key), at(key));
  } else if ((got ?? null) !== (expected ?? null)) throw wrong(path, shownJson(expected), got);
}

const ownValue = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
