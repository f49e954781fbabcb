import { didYouMean, HeedError, quoted } from "@heed/core";
import { DataError, UnknownTokenError } from "./data-error.js";

/** The special tokens by role. A vocabulary that heed builds starts with them, in this order. */
export const specialTokens = { pad: "<pad>", sos: "<sos>", eos: "<eos>", unk: "<unk>" } as const;

const { pad, sos, eos, unk } = specialTokens;
const format = "heed-vocabulary";
const version = 1;

/** A vocabulary as JSON. */
export interface VocabularyJSON {
  readonly format: string;
  readonly version: number;
  /** all tokens by id, the special ones included */
  readonly tokens: readonly string[];
}

/** Options of {@link Vocabulary.build}. */
export interface VocabularyBuildOptions {
  /** leave out tokens that occur less often; default 1 */
  readonly minFrequency?: number | undefined;
  /** the most tokens in all, the special ones included: the rows of the embedding; default: no limit */
  readonly maxSize?: number | undefined;
  /** have `<unk>`, which stands for every token that is not in the vocabulary; default true */
  readonly unknown?: boolean | undefined;
}

/**
 * A vocabulary that maps tokens to ids. The ids of the special tokens are `padId`, `sosId`, `eosId` and `unkId`; code that
 * needs them reads them from here. A vocabulary that heed builds has `<pad>` = 0, `<sos>` = 1, `<eos>` = 2, then `<unk>` = 3
 * unless all tokens are known.
 *
 * @example
 * const vocabulary = Vocabulary.build([["나는", "학생", "이다"], ["나는", "간다"]]);
 * vocabulary.encode(["나는", "선생"]); // [4, 3]: "선생" is unknown
 * vocabulary.decode([4, 2, 0, 0]); // ["나는"]: what follows <eos> is left out
 */
export class Vocabulary {
  /** every token, the special ones included; the index is the id */
  readonly tokens: readonly string[];
  readonly padId: number;
  readonly sosId: number;
  readonly eosId: number;
  /** the id of `<unk>`, or undefined when the vocabulary has none */
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
   * The vocabulary of exactly these tokens, in this order, after the special ones.
   *
   * @param tokens - without the special tokens
   * @throws DataError where a token is empty, special, or given twice
   */
  static of(tokens: Iterable<string>, { unknown = true }: { unknown?: boolean | undefined } = {}): Vocabulary {
    return Vocabulary.fromJSON({ format, version, tokens: [pad, sos, eos, ...(unknown ? [unk] : []), ...tokens] });
  }

  /**
   * The vocabulary of a training text: most frequent tokens first, equally frequent ones by code point, so that the same
   * text gives the same ids in any order of its sentences.
   *
   * @param sentences - tokenised sentences of the training text; special tokens that stand in it are not counted
   * @throws HeedError where minFrequency or maxSize is impossible
   */
  static build(
    sentences: Iterable<readonly string[]>,
    { minFrequency = 1, maxSize = Number.POSITIVE_INFINITY, unknown = true }: VocabularyBuildOptions = {},
  ): Vocabulary {
    const specials = unknown ? 4 : 3;
    const room = maxSize - specials;
    if (!(minFrequency >= 1)) throw new HeedError(`Vocabulary: minFrequency must be at least 1; got ${minFrequency}.`);
    if (!(room >= 1) || (maxSize !== Number.POSITIVE_INFINITY && !Number.isInteger(maxSize))) {
      throw new HeedError(
        `Vocabulary: maxSize counts the special tokens too and must be an integer of at least ${specials + 1}; got ${maxSize}.`,
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
   * The vocabulary that {@link Vocabulary.toJSON} wrote.
   *
   * @param json - a parsed JSON value of any origin: everything is checked
   * @throws DataError where it is not a vocabulary, of a newer version, or holds a bad token
   */
  static fromJSON(json: unknown): Vocabulary {
    const fault = (what: string) => new DataError(`Not a vocabulary: ${what}`);
    if (typeof json !== "object" || json === null) {
      throw fault(`an object was expected, got ${json === null ? "null" : typeof json}.`);
    }
    const value = json as { format?: unknown; version?: unknown; tokens?: unknown };
    if (value.format !== format) throw fault(`"format" must be "${format}", got ${JSON.stringify(value.format)}.`);
    if (value.version !== version) {
      throw fault(
        `"version" must be ${version}, got ${JSON.stringify(value.version)}. A newer heed may have written it.`,
      );
    }
    if (!Array.isArray(value.tokens)) throw fault(`"tokens" must be an array of strings, got ${typeof value.tokens}.`);
    const first = new Map<string, number>();
    for (const [id, token] of (value.tokens as unknown[]).entries()) {
      if (typeof token !== "string") throw fault(`token ${id} must be a string, got ${JSON.stringify(token)}.`);
      if (token === "") throw fault(`token ${id} is the empty string.`);
      const earlier = first.get(token);
      if (earlier !== undefined) throw fault(`token ${JSON.stringify(token)} stands twice, at ${earlier} and ${id}.`);
      first.set(token, id);
    }
    const missing = [pad, sos, eos].find((token) => !first.has(token));
    if (missing !== undefined)
      throw fault(`the token "${missing}" is missing; every vocabulary needs ${pad}, ${sos} and ${eos}.`);
    return new Vocabulary(value.tokens as string[]);
  }

  /** What {@link Vocabulary.fromJSON} reads; `JSON.stringify` calls it. */
  toJSON(): VocabularyJSON {
    return { format, version, tokens: this.tokens };
  }

  /** The number of tokens, the special ones included: the rows of an embedding, the classes of an output layer. */
  get size(): number {
    return this.tokens.length;
  }

  /** Tells whether an id is that of a special token. */
  isSpecial(id: number): boolean {
    return id === this.padId || id === this.sosId || id === this.eosId || id === this.unkId;
  }

  /** Tells whether the token has its own id. */
  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** The id of a token, special ones included; undefined where it has none of its own. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * The ids of a sentence's tokens, without `<sos>` and `<eos>`, which batching adds.
   *
   * A token that the vocabulary lacks becomes `<unk>`. So do `<pad>`, `<sos>` and `<eos>` where they stand in a text: a
   * text cannot end its own sentence.
   *
   * @throws UnknownTokenError where there is no `<unk>`: names the token and its position
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
   * The tokens of ids. What follows the first `<eos>` is left out, and so are `<eos>`, `<sos>` and `<pad>`.
   *
   * @param ids - one sequence of ids, as an array or a typed array
   * @param options - `specials: true` keeps every token
   * @throws HeedError where an id is not in the vocabulary
   */
  decode(ids: ArrayLike<number>, { specials = false }: { specials?: boolean | undefined } = {}): string[] {
    const decoded: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      const token = this.tokens[id];
      if (token === undefined) {
        throw new HeedError(`Vocabulary.decode: id ${id} at position ${i} is not one of 0 … ${this.size - 1}.`);
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
      `The vocabulary of ${this.size} tokens has no ${JSON.stringify(token)} (token ${position + 1} of ${sentence.length}) and no "${unk}" to stand for it.${didYouMean(token, own)}${known} Leave the token out, or use a vocabulary that has "${unk}".`,
      token,
      position,
    );
  }
}

/** Order by code point. `<` on strings is by UTF-16 unit, which puts astral characters before U+E000. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as string).codePointAt(0)! - (right[i] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
