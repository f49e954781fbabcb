import { isHeedError, type Random } from "@heed/core";
import { type Encoding, type Tokenizer, UnknownTokenError } from "@heed/tokenizers";
import { copyPair } from "./copy-pair.js";
import type { Alignment } from "./define-task.js";
import type { EncodedPair } from "./sequence-pair.js";

interface Text {
  readonly source: string;
  readonly target: string;
  readonly line?: number | undefined;
  readonly alignment?: Alignment | undefined;
}

interface Tokenizers {
  readonly source: Tokenizer;
  readonly target: Tokenizer;
}

/** Options of {@link encodePairs}. */
export interface EncodePairsOptions {
  /** Whether each pair gets its ids in the extended vocabulary, for models that copy; default false. */
  readonly copies?: boolean | undefined;
  /** For tokenizers that sample a segmentation; default: none is sampled. */
  readonly random?: Random | undefined;
  /** Aligns the tokens of a pair that has no `alignment`; default: such pairs have none. */
  readonly align?: ((source: Encoding, target: Encoding) => Alignment | undefined) | undefined;
}

/**
 * Encodes both sides of a pair, without `<sos>` and `<eos>`, which batching adds. Its line number and its alignment stay
 * with it.
 *
 * @param place - names the pair in an error
 * @throws UnknownTokenError when a vocabulary has neither a token nor `<unk>`; names place, side, token and position
 * @example
 * const { source, target } = encodePair({ source: "나는 간다.", target: "I go." }, tokenizers, "train.tsv:1");
 */
export function encodePair(
  pair: Text,
  tokenizers: Tokenizers,
  place: string,
  { copies = false, random, align }: EncodePairsOptions = {},
): EncodedPair {
  const encode = (side: "source" | "target"): Encoding => {
    try {
      return tokenizers[side].encode(pair[side], { random });
    } catch (error) {
      if (!isHeedError(error, "UnknownTokenError")) throw error;
      const { message, token, position } = error as UnknownTokenError;
      throw new UnknownTokenError(`${place}, ${side}: ${message}`, token, position);
    }
  };
  const { line } = pair;
  const [source, target] = [encode("source"), encode("target")];
  const alignment = pair.alignment ?? align?.(source, target);
  return {
    ...{ source: source.ids, target: target.ids },
    ...(copies && { copy: copyPair(source.tokens, target, tokenizers.target.vocabulary) }),
    ...(line !== undefined && { line }),
    ...(alignment && { alignment }),
  };
}

/**
 * Encodes both sides of every pair, without `<sos>` and `<eos>`, which batching adds. Line numbers and alignments stay with
 * their pairs.
 *
 * @throws UnknownTokenError when a vocabulary has neither a token nor `<unk>`; names pair, side, token and position
 * @example
 * const pairs = encodePairs([{ source: "나는 간다.", target: "I go." }], { source, target });
 */
export function encodePairs(
  pairs: readonly Text[],
  tokenizers: Tokenizers,
  options: EncodePairsOptions = {},
): EncodedPair[] {
  return pairs.map((pair, i) =>
    encodePair(pair, tokenizers, pair.line === undefined ? `Pair ${i + 1}` : `Line ${pair.line}`, options),
  );
}
