import type { AttentionKind, AttentionMap } from "@heed/seq2seq";
import { disposeAll, noGrad, scope, tensor } from "@heed/tensor";
import { specialTokens } from "@heed/tokenizers";
import type { Run } from "../run/run.js";
import { encodeText } from "./encode-text.js";
import { type TranslateOptions, type Translation, translate } from "./translate.js";

/** The weights of one layer for one sentence. */
export interface SentenceMap {
  /** Target to source (`cross`), or source (`encoder`) or target (`decoder`) to itself. */
  readonly kind: AttentionKind;
  /** From 0. */
  readonly layer: number;
  /** The tokens that look, a row each: those of the source, or those written. */
  readonly queries: readonly string[];
  /** The tokens looked at, a column each. A decoder that looks at itself sees `<sos>` and what it wrote before. */
  readonly keys: readonly string[];
  /** `[head, query, key]`, in [0, 1]. */
  readonly heads: readonly (readonly (readonly number[])[])[];
}

/** A translation with all weights of the model that wrote it. */
export interface AttendedSentence extends Translation {
  /** Every layer, the encoder's first; none without attention. */
  readonly maps: readonly SentenceMap[];
}

/**
 * Translates a sentence by greedy decoding, then runs the model over it once more with what it wrote as the target, and
 * returns the weights of every layer and head.
 *
 * @throws HeedError, UnknownTokenError as `translate` does
 * @example
 * const { maps } = await attend(run, "나는 학생이다.");
 * for (const { kind, layer, heads } of maps) console.log(kind, layer, heads.length);
 */
export async function attend(
  run: Run,
  sentence: string,
  options: Omit<TranslateOptions, "batchSize"> = {},
): Promise<AttendedSentence> {
  const translation = (await translate(run, [sentence], options))[0]!;
  const { source, tokens } = translation;
  if (source.length === 0 || tokens.length === 0) return { ...translation, maps: [] };
  const { targetTokenizer, model } = run;
  const { ids } = encodeText(run, "source", sentence);
  const seen = [specialTokens.sos, ...tokens.slice(0, -1)];
  const batch = {
    ids: tensor(Int32Array.from(ids), { shape: [1, ids.length] }),
    lengths: tensor(Int32Array.of(ids.length)),
    // All tokens come from this vocabulary, so they have an id.
    decoderInput: tensor(
      Int32Array.from(seen, (token) => targetTokenizer.vocabulary.id(token)!),
      { shape: [1, seen.length] },
    ),
  };
  const axes = {
    cross: { queries: tokens, keys: source },
    encoder: { queries: source, keys: source },
    decoder: { queries: tokens, keys: seen },
  };
  let maps: readonly AttentionMap[] = [];
  try {
    maps = model.evaluator()(() =>
      scope(() =>
        noGrad(() => {
          const encoded = model.encode(batch);
          return [...encoded.maps, ...model.decode(encoded, batch.decoderInput).maps];
        }),
      ),
    );
    return { ...translation, maps: await Promise.all(maps.map((map) => download(map, axes[map.kind]))) };
  } finally {
    disposeAll({ batch, maps });
  }
}

async function download(
  { kind, layer, weights }: AttentionMap,
  axes: Pick<SentenceMap, "queries" | "keys">,
): Promise<SentenceMap> {
  const [, h, q, k] = weights.shape as [number, number, number, number];
  const values = await weights.data();
  const row = (at: number): number[] => Array.from(values.subarray(at * k, (at + 1) * k));
  const heads = Array.from({ length: h }, (_, head) => Array.from({ length: q }, (_, query) => row(head * q + query)));
  return { kind, layer, ...axes, heads };
}
