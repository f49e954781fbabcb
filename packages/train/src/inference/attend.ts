import { HeedError } from "@heed/core";
import type { AttentionKind, AttentionMap } from "@heed/seq2seq";
import { disposeAll, noGrad, scope, tensor } from "@heed/tensor";
import { specialTokens } from "@heed/tokenizers";
import type { Run } from "../run/run.js";
import { encodeText } from "./encode-text.js";
import { knownIds } from "./to-translation.js";
import { translate } from "./translate.js";
import type { TranslateOptions } from "./translate-options.js";
import type { Translation } from "./translation.js";

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
  /** Of the chosen hypothesis: every layer, the encoder's first; none without attention. */
  readonly maps: readonly SentenceMap[];
}

/** Options of {@link attend}. */
export interface AttendOptions extends Omit<TranslateOptions, "batchSize"> {
  /** Which hypothesis of the search is shown, from 1; default 1, the best. */
  readonly hypothesis?: number | undefined;
}

/**
 * Translates a sentence, then runs the model over it once more with a hypothesis as the target, and returns the weights of
 * every layer and head. Text, tokens and weights are those of the hypothesis.
 *
 * @throws HeedError when the sentence cannot be translated, or the search found fewer hypotheses; and as `translate` does
 * @example
 * const { maps } = await attend(run, "나는 학생이다.", { search: beam({ size: 5, nBest: 2 }), hypothesis: 2 });
 * for (const { kind, layer, heads } of maps) console.log(kind, layer, heads.length);
 */
export async function attend(run: Run, sentence: string, options: AttendOptions = {}): Promise<AttendedSentence> {
  const { hypothesis = 1, ...rest } = options;
  const translation = (await translate(run, [sentence], rest))[0]!;
  if (translation.error !== null) throw new HeedError(translation.error);
  const { source, hypotheses } = translation;
  if (source.length === 0) return { ...translation, maps: [] };
  const chosen = hypotheses[hypothesis - 1];
  if (!chosen) {
    throw new HeedError(
      `attend: hypothesis must be an integer from 1 to ${hypotheses.length}, the number that the search found, got ${hypothesis}. Use a beam with a larger nBest.`,
    );
  }
  const { text, tokens, weights } = chosen;
  if (tokens.length === 0) return { ...translation, maps: [] };
  const { targetTokenizer, model } = run;
  const { vocabulary } = targetTokenizer;
  const { ids } = encodeText(run, "source", sentence);
  const written = knownIds(chosen.ids.slice(0, -1), vocabulary);
  const batch = {
    ids: tensor(Int32Array.from(ids), { shape: [1, ids.length] }),
    lengths: tensor(Int32Array.of(ids.length)),
    decoderInput: tensor(Int32Array.of(vocabulary.sosId, ...written), { shape: [1, tokens.length] }),
  };
  const seen = [specialTokens.sos, ...tokens.slice(0, -1)];
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
    return {
      ...translation,
      text,
      tokens,
      weights,
      maps: await Promise.all(maps.map((map) => download(map, axes[map.kind]))),
    };
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
