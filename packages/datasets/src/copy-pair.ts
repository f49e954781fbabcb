import type { Vocabulary } from "@heed/tokenizers";

/**
 * A pair in an extended vocabulary, for models that copy: the target vocabulary, then the source tokens that it lacks, in the
 * order of their first occurrence. Each pair has an extended vocabulary of its own.
 */
export interface CopyPair {
  /** Ids of the source tokens. */
  readonly source: ArrayLike<number>;
  /** Ids of the target tokens; `<unk>` for a token that is neither in the target vocabulary nor in the source. */
  readonly target: ArrayLike<number>;
  /** Number of tokens after the target vocabulary. */
  readonly extraTokens: number;
}

/** The source tokens in an extended vocabulary. */
export interface CopySourceTokens {
  readonly ids: number[];
  /** The tokens after the target vocabulary: the first has the id `vocabulary.size`. */
  readonly extraTokens: string[];
}

/**
 * Returns the ids of source tokens in the extended vocabulary. The text of a special token is an ordinary token.
 *
 * @param tokens - of the source, as they are in the text
 * @param vocabulary - of the target
 * @example
 * copySource(["hello", "Mina", "!"], vocabulary).extraTokens; // ["Mina"], if the vocabulary has the other two
 */
export function copySource(tokens: readonly string[], vocabulary: Vocabulary): CopySourceTokens {
  const extra = new Map<string, number>();
  const ids = tokens.map((token) => {
    const id = knownId(token, vocabulary);
    if (id !== undefined) return id;
    if (!extra.has(token)) extra.set(token, vocabulary.size + extra.size);
    return extra.get(token)!;
  });
  return { ids, extraTokens: [...extra.keys()] };
}

/**
 * Returns both sides of a pair in its extended vocabulary.
 *
 * @param source - tokens as they are in the text
 * @param target - tokens as they are in the text, and their ids in the target vocabulary
 */
export function copyPair(
  source: readonly string[],
  target: { readonly tokens: readonly string[]; readonly ids: readonly number[] },
  vocabulary: Vocabulary,
): CopyPair {
  const { ids, extraTokens } = copySource(source, vocabulary);
  const extra = new Map(extraTokens.map((token, i) => [token, vocabulary.size + i]));
  return {
    source: ids,
    target: target.tokens.map((token, i) => knownId(token, vocabulary) ?? extra.get(token) ?? target.ids[i]!),
    extraTokens: extraTokens.length,
  };
}

function knownId(token: string, vocabulary: Vocabulary): number | undefined {
  const id = vocabulary.id(token);
  return id === undefined || vocabulary.isSpecial(id) ? undefined : id;
}
