import { didYouMean, quoted, shownJson } from "@heed/core";
import { tokenizerLimits } from "./limits.js";
import { TokenizerError, UnknownTokenError } from "./tokenizer-error.js";

/** The special tokens. A vocabulary that heed builds starts with them, in this order. */
export const specialTokens = { pad: "<pad>", sos: "<sos>", eos: "<eos>", unk: "<unk>" } as const;

const { pad, sos, eos, unk } = specialTokens;
const format = "heed-vocabulary";
const version = 1;

/** A vocabulary as JSON. */
export interface VocabularyJSON {
  readonly format: string;
  readonly version: number;
  /** All tokens by id, the special ones included. */
  readonly tokens: readonly string[];
}

/** Options of {@link Vocabulary.build}. */
export interface VocabularyBuildOptions {
  /** Tokens that occur less often are left out; default 1. */
  readonly minFrequency?: number | undefined;
  /** Largest number of tokens, the special ones included; default: no limit. */
  readonly maxSize?: number | undefined;
  /** Whether there is `<unk>`, which replaces every token that is not in the vocabulary; default true. */
  readonly unknown?: boolean | undefined;
}

/**
 * A vocabulary that maps tokens to ids. The ids of the special tokens are `padId`, `sosId`, `eosId` and `unkId`; code that
 * needs them reads them from here. A vocabulary that heed builds has `<pad>` = 0, `<sos>` = 1, `<eos>` = 2 and, unless it is
 * built without it, `<unk>` = 3.
 *
 * @example
 * const vocabulary = Vocabulary.build([["나는", "학생", "이다"], ["나는", "간다"]]);
 * vocabulary.encode(["나는", "선생"]); // [4, 3]: "선생" is unknown
 * vocabulary.decode([4, 2, 0, 0]); // ["나는"]: everything after <eos> is left out
 */
export class Vocabulary {
  /** All tokens, the special ones included; the index is the id. */
  readonly tokens: readonly string[];
  readonly padId: number;
  readonly sosId: number;
  readonly eosId: number;
  /** The id of `<unk>`; undefined when the vocabulary has none. */
  readonly unkId: number | undefined;
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[]) {
    this.tokens = Object.freeze([...tokens]);
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
    this.padId = this.#ids.get(pad)!;
    this.sosId = this.#ids.get(sos)!;
    this.eosId = this.#ids.get(eos)!;
    this.unkId = this.#ids.get(unk);
  }

  /**
   * Builds the vocabulary of exactly these tokens, in this order, after the special ones.
   *
   * @param tokens - without the special tokens
   * @throws TokenizerError when a token is empty, special, or given twice
   */
  static of(tokens: Iterable<string>, { unknown = true }: { unknown?: boolean | undefined } = {}): Vocabulary {
    return Vocabulary.fromJSON({ format, version, tokens: [pad, sos, eos, ...(unknown ? [unk] : []), ...tokens] });
  }

  /**
   * Builds the vocabulary of exactly these tokens, in this order.
   *
   * @param tokens - all tokens by id, the special ones included
   * @throws TokenizerError when a token is empty or given twice, or `<pad>`, `<sos>` or `<eos>` is missing
   */
  static fromTokens(tokens: readonly string[]): Vocabulary {
    return Vocabulary.fromJSON({ format, version, tokens });
  }

  /**
   * Builds the vocabulary of a training text. Ids follow the frequency, the highest first; equally frequent tokens are
   * ordered by code point. So the order of the sentences does not matter.
   *
   * @param sentences - the tokens of each sentence; special tokens among them are not counted
   * @throws TokenizerError when minFrequency or maxSize is too small, or maxSize is not an integer
   */
  static build(
    sentences: Iterable<readonly string[]>,
    { minFrequency = 1, maxSize = Number.POSITIVE_INFINITY, unknown = true }: VocabularyBuildOptions = {},
  ): Vocabulary {
    const specials = unknown ? 4 : 3;
    const room = maxSize - specials;
    if (!(minFrequency >= 1))
      throw new TokenizerError(`Vocabulary: minFrequency must be at least 1, got ${minFrequency}.`);
    if (!(room >= 1) || (maxSize !== Number.POSITIVE_INFINITY && !Number.isInteger(maxSize))) {
      throw new TokenizerError(
        `Vocabulary: maxSize must be an integer of at least ${specials + 1}, because it counts the special tokens, got ${maxSize}.`,
      );
    }
    const special = new Set<string>(Object.values(specialTokens));
    const counts = new Map<string, number>();
    for (const sentence of sentences) {
      for (const token of sentence) if (!special.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    const ranked = [...counts]
      .filter(([, count]) => count >= minFrequency)
      .sort(([a, m], [b, n]) => n - m || compareCodePoints(a, b));
    return Vocabulary.of(
      ranked.slice(0, room).map(([token]) => token),
      { unknown },
    );
  }

  /**
   * Builds the vocabulary that {@link Vocabulary.toJSON} described.
   *
   * @param json - a parsed JSON value of any origin: everything is checked
   * @throws TokenizerError when it is not a vocabulary, has another version, or contains a bad token
   */
  static fromJSON(json: unknown): Vocabulary {
    const fault = (what: string) => new TokenizerError(`Not a vocabulary: ${what}`);
    if (typeof json !== "object" || json === null) {
      throw fault(`expected an object, got ${json === null ? "null" : typeof json}.`);
    }
    const value = json as { format?: unknown; version?: unknown; tokens?: unknown };
    if (value.format !== format) throw fault(`"format" must be "${format}", got ${shownJson(value.format)}.`);
    if (value.version !== version) {
      throw fault(
        `"version" must be ${version}, got ${shownJson(value.version)}. Use the version of heed that wrote it.`,
      );
    }
    if (!Array.isArray(value.tokens)) throw fault(`"tokens" must be an array of strings, got ${typeof value.tokens}.`);
    if (value.tokens.length > tokenizerLimits.vocabulary) {
      throw fault(
        `expected at most ${tokenizerLimits.vocabulary} tokens, got ${value.tokens.length}. Set maxVocabulary, or use a tokenizer of subwords.`,
      );
    }
    const first = new Map<string, number>();
    for (const [id, token] of (value.tokens as unknown[]).entries()) {
      if (typeof token !== "string") throw fault(`token ${id} must be a string, got ${shownJson(token)}.`);
      if (token === "") throw fault(`token ${id} is the empty string.`);
      const earlier = first.get(token);
      if (earlier !== undefined) throw fault(`token ${shownJson(token)} occurs twice, at ${earlier} and ${id}.`);
      first.set(token, id);
    }
    const missing = [pad, sos, eos].find((token) => !first.has(token));
    if (missing !== undefined)
      throw fault(`the token "${missing}" is missing; every vocabulary needs ${pad}, ${sos} and ${eos}.`);
    return new Vocabulary(value.tokens as string[]);
  }

  /** Returns what {@link Vocabulary.fromJSON} reads. `JSON.stringify` calls this method. */
  toJSON(): VocabularyJSON {
    return { format, version, tokens: this.tokens };
  }

  /** Number of tokens, the special ones included: the rows of an embedding, the classes of an output layer. */
  get size(): number {
    return this.tokens.length;
  }

  /** Returns whether an id is that of a special token. */
  isSpecial(id: number): boolean {
    return id === this.padId || id === this.sosId || id === this.eosId || id === this.unkId;
  }

  /** Returns whether a token is in the vocabulary. */
  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** Returns the id of a token, special ones included; undefined when the token is not in the vocabulary. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * Returns the ids of a sentence's tokens, without `<sos>` and `<eos>`, which batching adds.
   *
   * A token that is not in the vocabulary becomes `<unk>`. So do `<pad>`, `<sos>` and `<eos>` in a text: a text cannot end
   * its own sentence.
   *
   * @throws UnknownTokenError when there is no `<unk>`; the message names the token and its position
   */
  encode(tokens: readonly string[]): number[] {
    return tokens.map((token, position) => {
      const id = this.#ids.get(token);
      if (id !== undefined && !this.isSpecial(id)) return id;
      if (this.unkId !== undefined) return this.unkId;
      throw this.#unknown(token, position, tokens);
    });
  }

  /**
   * Returns the tokens of ids. Everything after the first `<eos>` is left out, and so are `<eos>`, `<sos>` and `<pad>`.
   *
   * @param ids - one sequence, as an array or a typed array
   * @param options - `specials: true` keeps every token
   * @throws TokenizerError when an id is not in the vocabulary
   */
  decode(ids: ArrayLike<number>, { specials = false }: { specials?: boolean | undefined } = {}): string[] {
    const decoded: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      const token = this.tokens[id];
      if (token === undefined) {
        throw new TokenizerError(
          `Vocabulary.decode: expected ids from 0 to ${this.size - 1}, got ${id} at position ${i}. Use the vocabulary that the ids come from.`,
        );
      }
      if (!specials && id === this.eosId) break;
      if (specials || (id !== this.padId && id !== this.sosId)) decoded.push(token);
    }
    return decoded;
  }

  #unknown(token: string, position: number, sentence: readonly string[]): UnknownTokenError {
    const own = this.tokens.filter((_, id) => !this.isSpecial(id));
    const known = own.length <= 30 ? ` It knows ${quoted(own)}.` : "";
    return new UnknownTokenError(
      `The vocabulary of ${this.size} tokens has no ${shownJson(token)} (token ${position + 1} of ${sentence.length}) and no "${unk}" to replace it.${didYouMean(token, own)}${known} Leave the token out, or use a vocabulary that has "${unk}".`,
      token,
      position,
    );
  }
}

/** Compares by code point. `<` compares UTF-16 units, which puts astral characters before U+E000. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as string).codePointAt(0)! - (right[i] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
