import type { Random } from "@heed/core";
import type { TokenizerJSON } from "./tokenizer-json.js";
import type { Vocabulary } from "./vocabulary.js";

/** A text as ids. The three lists have the same length, which is the number of tokens. */
export interface Encoding {
  /** Ids of the tokens, without `<sos>` and `<eos>`, which batching adds. */
  readonly ids: number[];
  /** The tokens as they are in the text, also those whose id is that of `<unk>`. */
  readonly tokens: string[];
  /** For each token, the index of the word that it belongs to, from 0. */
  readonly words: number[];
}

/** Options of {@link Tokenizer.encode}. */
export interface EncodeOptions {
  /** Tokenizers that sample a segmentation draw from this generator. All others ignore it. */
  readonly random?: Random | undefined;
}

/** Options of {@link Tokenizer.decode}. */
export interface DecodeOptions {
  /**
   * Texts that stand in place of tokens, by position in the ids: for unknown words. Tokenizers of words use them; others may
   * ignore them.
   */
  readonly replacements?: ReadonlyMap<number, string> | undefined;
}

/** A trained tokenizer: turns text into ids, and ids into text. */
export interface Tokenizer {
  /** The name of its definition. */
  readonly name: string;
  /** Tokens by id. Code that needs the special ids reads them from here. */
  readonly vocabulary: Vocabulary;
  /**
   * Turns a text into ids.
   * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`
   */
  encode(text: string, options?: EncodeOptions): Encoding;
  /**
   * Turns ids into text as a person writes it. Special tokens are left out, and so is everything after `<eos>`.
   * @throws TokenizerError when an id is not in the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** Returns what `tokenizerFromJSON` reads. `JSON.stringify` calls this method. */
  toJSON(): TokenizerJSON;
}
