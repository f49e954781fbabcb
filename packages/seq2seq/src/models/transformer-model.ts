import { causalMask, type KeyValueCache, makeMask, meanOfHeads, paddingMask } from "@heed/attention";
import { Embedding, Linear } from "@heed/nn";
import { type Tensor, where } from "@heed/tensor";
import { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { PositionalEncoding, positionKinds } from "../transformer/positional-encoding.js";
import { TransformerDecoder } from "../transformer/transformer-decoder.js";
import type { DecoderLayerOutput } from "../transformer/transformer-decoder-layer.js";
import { TransformerEncoder } from "../transformer/transformer-encoder.js";
import { activationKinds, normKinds } from "../transformer/transformer-layer.js";
import { checkSharing } from "./check-sharing.js";
import {
  type AttentionMap,
  type DecoderOutput,
  type DecoderState,
  type DecoderStep,
  type Encoded,
  Seq2SeqModel,
} from "./seq2seq-model.js";

const size = z.int().positive();
const probability = z.number().min(0).lt(1);

/** Options of {@link TransformerModel}. */
export const transformerOptions = z.strictObject({
  /** Width of every position, d. */
  hiddenSize: size.default(64),
  /** Width between the two matrices of a feed-forward part. */
  feedForwardSize: size.default(256),
  /** How many heads attend side by side; they divide the hidden size. */
  heads: size.default(4),
  /** Layers of the encoder, and of the decoder. */
  layers: size.default(2),
  /** Where the norm stands: before each part, or after its sum. */
  norm: z.enum(normKinds).default("pre"),
  activation: z.enum(activationKinds).default("relu"),
  positions: z.enum(positionKinds).default("sinusoidal"),
  /** Most tokens of a sentence, for positions that are learned. */
  maxPositions: size.default(256),
  /** Probability with which an entry of an embedding or of a part's result is dropped in training. */
  dropout: probability.default(0.1),
  /** Probability with which an attention weight is dropped in training. */
  attentionDropout: probability.default(0),
  /** One embedding for source and target, which then need one vocabulary. */
  shareEmbedding: z.boolean().default(false),
  /** Whether the output's matrix is the target's embedding. */
  tieOutput: z.boolean().default(false),
});

/**
 * The Transformer: attention without recurrence. The source attends itself; the target attends what it has said so far,
 * and the source, in every layer. Logits are Linear(last layer).
 *
 * Embeddings start in N(0, 1/d) and are scaled by √d. A step keeps the keys and values of each layer as its state, so that
 * no prefix is computed twice; those of the source are made once a sentence.
 *
 * Source: Vaswani et al. 2017, arXiv:1706.03762.
 */
export class TransformerModel extends Seq2SeqModel {
  readonly sourceEmbedding: Embedding;
  readonly sourcePositions: PositionalEncoding;
  readonly encoder: TransformerEncoder;
  /** Of the target. */
  readonly embedding: Embedding;
  readonly positions: PositionalEncoding;
  readonly decoder: TransformerDecoder;
  readonly output: Linear;

  /**
   * @throws ConfigError when an embedding is to be shared by two vocabularies
   * @throws HeedError when the heads do not divide the hidden size
   */
  constructor(options: z.infer<typeof transformerOptions>, context: BuildContext) {
    super();
    const { hiddenSize, dropout, positions, maxPositions, shareEmbedding, tieOutput } = options;
    const { random, padId, sourceSize, targetSize } = context;
    checkSharing(shareEmbedding, context);
    const embed = (numEmbeddings: number): Embedding => {
      const sizes = { numEmbeddings, embeddingSize: hiddenSize, std: hiddenSize ** -0.5 };
      return new Embedding({ ...sizes, paddingIndex: padId, random });
    };
    const place = (): PositionalEncoding =>
      new PositionalEncoding({ kind: positions, size: hiddenSize, maxPositions, dropout, random });
    const stack = { ...options, size: hiddenSize, random };
    this.sourceEmbedding = embed(sourceSize);
    this.sourcePositions = place();
    this.encoder = new TransformerEncoder(stack);
    this.embedding = shareEmbedding ? this.sourceEmbedding : embed(targetSize);
    this.positions = place();
    this.decoder = new TransformerDecoder(stack);
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: targetSize, random });
    if (tieOutput) {
      this.output.weight.dispose();
      this.output.weight = this.embedding.weight;
    }
  }

  encode(source: Tensor, lengths: Tensor): Encoded {
    const [b, s] = source.shape as [number, number];
    const mask = makeMask(paddingMask, { keys: s, lengths }); // b 1 s
    const placed = this.sourcePositions.forward(this.sourceEmbedding.forward(source));
    const { output, weights } = this.encoder.forward(placed, mask);
    const states = where(mask.reshape(b, s, 1), output, 0);
    return {
      states,
      mask,
      initial: [],
      memories: this.decoder.prepare(states, mask),
      derived: this.decoder.derive().flat(),
      maps: weights.map((each, layer): AttentionMap => ({ kind: "encoder", layer, weights: each })),
    };
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { logits, layers } = this.#run(encoded, decoderInput, []);
    const maps = layers.flatMap(({ own, cross }, layer): AttentionMap[] => [
      { kind: "decoder", layer, weights: own },
      { kind: "cross", layer, weights: cross },
    ]);
    return { logits, weights: meanOfHeads(layers.at(-1)!.cross), maps };
  }

  step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const b = ids.size;
    const { logits, layers } = this.#run(encoded, ids.reshape(b, 1), state);
    return {
      logits: logits.reshape(b, -1),
      weights: meanOfHeads(layers.at(-1)!.cross).reshape(b, -1),
      state: layers.flatMap(({ cache }) => cache),
    };
  }

  /**
   * @param ids - `[b, t]`
   * @param state - keys and values of each layer, `[b, h, earlier, d/h]` each; nothing before the first step
   */
  #run(
    { memories, derived }: Encoded,
    ids: Tensor,
    state: DecoderState,
  ): { logits: Tensor; layers: readonly DecoderLayerOutput[] } {
    const t = ids.shape[1]!;
    const start = state[0]?.shape[2] ?? 0;
    const caches = pairs(state);
    // The only query of a step may attend everything before it.
    const mask = t === 1 ? null : makeMask(causalMask, { queries: t, keys: start + t, start });
    const placed = this.positions.forward(this.embedding.forward(ids), start);
    const { output, layers } = this.decoder.forward(placed, { memories, mask, caches, derived: pairs(derived) });
    return { logits: this.output.forward(output), layers };
  }
}

/** A flat list as pairs, such as keys and values of each layer. */
function pairs(list: readonly Tensor[]): KeyValueCache[] {
  return Array.from({ length: list.length / 2 }, (_, i): KeyValueCache => [list[2 * i]!, list[2 * i + 1]!]);
}
