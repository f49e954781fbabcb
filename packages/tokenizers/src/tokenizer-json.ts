import { shownJson } from "@heed/core";
import { TokenizerError } from "./tokenizer-error.js";

/** The first two properties of every {@link TokenizerHead}. */
export const tokenizerFormat = { format: "heed-tokenizer", version: 1 } as const;

/** What identifies a tokenizer in its JSON. */
export interface TokenizerHead {
  readonly format: (typeof tokenizerFormat)["format"];
  readonly version: (typeof tokenizerFormat)["version"];
  /** The name of the definition that reads it. */
  readonly name: string;
  readonly [property: string]: unknown;
}

/**
 * A trained tokenizer as JSON. Either it is a {@link TokenizerHead} with properties of the definition, or it is a
 * `tokenizer.json` of Hugging Face, which holds the head as `model.heed`. Other programs ignore this property.
 */
export interface TokenizerJSON {
  readonly [property: string]: unknown;
}

/**
 * Returns the head of a tokenizer's JSON.
 *
 * @param json - a parsed JSON value of any origin
 * @throws TokenizerError when it is not a tokenizer, or has another version
 */
export function tokenizerHead(json: unknown): TokenizerHead {
  if (!isRecord(json)) throw new TokenizerError(`Not a tokenizer: expected an object, got ${kindOf(json)}. ${advice}`);
  const head = isRecord(json.model) && isRecord(json.model.heed) ? json.model.heed : json;
  const { format, version, name } = head;
  if (format === undefined && isRecord(json.model)) {
    throw new TokenizerError(
      "This tokenizer.json is from another program. Pass huggingFaceTokenizer of @heed/tokenizers/hugging-face, and call its fromJSON.",
    );
  }
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
  if (typeof name === "string") return head as TokenizerHead;
  throw new TokenizerError(`Not a tokenizer: "name" must be text, got ${shownJson(name)}. ${advice}`);
}

const advice = "Give what `tokenizer.toJSON()` returned.";

/** Returns whether a value is an object with properties, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
