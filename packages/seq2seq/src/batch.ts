import { type Tensor, tensor } from "@heed/tensor";

/** Source sentences on the device. Axes: b sentences, s source positions, t target positions. */
export interface SourceBatch {
  /** i32 `[b, s]`, padded at the end. */
  readonly ids: Tensor;
  /** i32 `[b]`, without padding, each ≥ 1. */
  readonly lengths: Tensor;
  /** For models that copy source tokens. */
  readonly copy?: CopySource | undefined;
}

/** The source tokens in an extended vocabulary: the target vocabulary, then the tokens that it does not have. */
export interface CopySource {
  /** i32 `[b, s]`. */
  readonly ids: Tensor;
  /** Number of tokens after the target vocabulary. */
  readonly extraTokens: number;
}

/** Sentences with their translations on the device. */
export interface Batch extends SourceBatch {
  /** i32 `[b, t]`: `<sos>`, then the target without its last token. */
  readonly decoderInput: Tensor;
  /** i32 `[b, t]`: the target, then `<eos>`; padded at the end. */
  readonly target: Tensor;
  /** i32 `[b, t]`: the target in the extended vocabulary, for models that copy. */
  readonly copyTarget?: Tensor | undefined;
  /**
   * f32 `[b, t, s]`: 1 where a target token is aligned to a source position, otherwise 0, for guided alignment. `<eos>` and
   * padding are aligned to nothing.
   */
  readonly alignment?: Tensor | undefined;
  /** Number of target tokens, `<eos>` included and padding excluded. */
  readonly tokenCount: number;
}

/** A batch as row-major arrays on the host. */
export interface BatchArrays {
  /** `[b, s]`. */
  readonly source: Int32Array;
  /** `[b]`. */
  readonly sourceLengths: Int32Array;
  /** `[b, t]`. */
  readonly decoderInput: Int32Array;
  /** `[b, t]`. */
  readonly target: Int32Array;
  readonly b: number;
  readonly s: number;
  readonly t: number;
  /** Number of target tokens without padding. */
  readonly tokens: number;
  /** `[b, t, s]`. */
  readonly alignment?: Float32Array | undefined;
  /** The batch in the extended vocabulary, for models that copy. */
  readonly copy?: CopyArrays | undefined;
}

/** A batch in the extended vocabulary: the target vocabulary, then the tokens that it does not have. */
export interface CopyArrays {
  /** `[b, s]`. */
  readonly source: Int32Array;
  /** `[b, t]`. */
  readonly target: Int32Array;
  /** Number of tokens after the target vocabulary. */
  readonly extraTokens: number;
}

/** Uploads source sentences to the backend in use. */
export function uploadSource({
  source,
  sourceLengths,
  copy,
  b,
  s,
}: Pick<BatchArrays, "source" | "sourceLengths" | "copy" | "b" | "s">): SourceBatch {
  return {
    ids: tensor(source, { shape: [b, s] }),
    lengths: tensor(sourceLengths, { shape: [b] }),
    ...(copy && { copy: { ids: tensor(copy.source, { shape: [b, s] }), extraTokens: copy.extraTokens } }),
  };
}

/**
 * Uploads a batch to the backend in use.
 * @param options - `alignment`: whether to upload the alignment, if there is one; default true
 */
export function uploadBatch(
  arrays: BatchArrays,
  { alignment: aligned = true }: { readonly alignment?: boolean } = {},
): Batch {
  const { decoderInput, target, alignment, copy, b, s, t, tokens } = arrays;
  return {
    ...uploadSource(arrays),
    decoderInput: tensor(decoderInput, { shape: [b, t] }),
    target: tensor(target, { shape: [b, t] }),
    ...(copy && { copyTarget: tensor(copy.target, { shape: [b, t] }) }),
    ...(aligned && alignment && { alignment: tensor(alignment, { shape: [b, t, s] }) }),
    tokenCount: tokens,
  };
}
