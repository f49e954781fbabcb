// Written from the schemas of the options. Edit those, then run `npx pnpm vitest run option-types -u`.

/** Options of every recurrent model. */
export interface RecurrentModelOptions {
  /** Kind of recurrent cell, in encoder and decoder. Default: `"gru"`. */
  readonly cell?: "rnn" | "gru" | "lstm" | undefined;
  /** Size of the embedding of a token. Default: `128`. */
  readonly embeddingSize?: number | undefined;
  /** Size of a state of the encoder, in each direction, and of the decoder. Default: `128`. */
  readonly hiddenSize?: number | undefined;
  /** Number of layers of the encoder, and of the decoder. Default: `1`. */
  readonly layers?: number | undefined;
  /**
   * Kind of encoder: a recurrent network, or layers of self-attention as in a Transformer (with `heads` heads, or
   * 1). Default: `"recurrent"`.
   */
  readonly encoder?: "recurrent" | "self-attention" | undefined;
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`.
   */
  readonly dropout?: number | undefined;
  /** Probability of dropping a feature of an embedded source token in training. Default: `dropout`. */
  readonly embeddingDropout?: number | undefined;
  /** Probability of dropping a feature of an embedded target token in training. Default: `embeddingDropout`. */
  readonly targetEmbeddingDropout?: number | undefined;
  /** Probability of dropping an input of the output layer in training. Default: `dropout`. */
  readonly outputDropout?: number | undefined;
  /** Whether source and target share one embedding. They must then share one vocabulary. Default: `false`. */
  readonly shareEmbedding?: boolean | undefined;
  /**
   * Whether the matrix of the output layer is the target's embedding. With `shareEmbedding`, one matrix has all
   * three uses. Default: `false`.
   */
  readonly tieOutput?: boolean | undefined;
  /**
   * Whether the input of each layer above the first is added to its output, in encoder and decoder. Default:
   * `false`.
   */
  readonly residual?: boolean | undefined;
}

/** Options of `AfterStepModel`. */
export interface AfterStepModelOptions extends RecurrentModelOptions {
  /** Name of the scorer, which compares a query with the keys. Default: `"additive"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
  /** Name of the normalizer, which turns scores into weights. Default: `"softmax"`. */
  readonly normalizer?: "entmax15" | "sigmoid" | "softmax" | "sparsemax" | (string & {}) | undefined;
  /**
   * Divisor of the scores before they are normalized: below 1 sharpens the weights, above 1 flattens them.
   * Default: `1`.
   */
  readonly temperature?: number | undefined;
  /**
   * Masks besides padding, by name, each with the options that differ from its defaults: `{ window: { radius: 3 }
   * }`. Default: `{}`.
   */
  readonly masks?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /** Size of the space to which query and key are projected. Default: `hiddenSize`. */
  readonly attentionSize?: number | undefined;
  /** Number of heads, for scorers that have heads. Default: `4`. */
  readonly heads?: number | undefined;
  /** Distance in tokens from the centre of the window to its ends, for scorers that have a window. Default: `3`. */
  readonly radius?: number | undefined;
  /**
   * Largest number of tokens in a source sentence, for scorers that learn a parameter for each position. Default:
   * `50`.
   */
  readonly maxKeys?: number | undefined;
  /** Whether a learned matrix projects the values to `hiddenSize`. Default: `false`. */
  readonly projectValues?: boolean | undefined;
  /** Whether a learned matrix projects the context to `hiddenSize`. Default: `false`. */
  readonly projectContext?: boolean | undefined;
  /**
   * Probability of dropping a feature of the encoder's states in training, before attention reads them. Default:
   * `0`.
   */
  readonly sourceDropout?: number | undefined;
  /** Probability of dropping an attention weight in training. Default: `0`. */
  readonly attentionDropout?: number | undefined;
  /** How the context is combined with the state or the input: concatenated, or added. Default: `"concat"`. */
  readonly combine?: "concat" | "add" | undefined;
}

/** Options of `BeforeStepModel`. */
export interface BeforeStepModelOptions extends AfterStepModelOptions {
  /**
   * What the logits are computed from: the state, or a layer over state, context and previous token: maxout
   * (`readout`, as in the paper), `tanh` or `linear`. Default: `"state"`.
   */
  readonly output?: "state" | "readout" | "tanh" | "linear" | undefined;
  /** Size of this layer. Default: `hiddenSize`. */
  readonly readoutSize?: number | undefined;
  /** Probability of dropping an input of this layer in training. Default: `0`. */
  readonly readoutDropout?: number | undefined;
}

/** Options of `LuongModel`. */
export interface LuongModelOptions extends AfterStepModelOptions {
  /** Name of the scorer, which compares a query with the keys. Default: `"general"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
  /**
   * Whether the attentional state is part of the decoder's next input, so that it knows earlier alignments.
   * Default: `false`.
   */
  readonly inputFeeding?: boolean | undefined;
}

/** Options of `PointerGeneratorModel`. */
export interface PointerGeneratorModelOptions extends AfterStepModelOptions {
  /** Kind of recurrent cell, in encoder and decoder. Default: `"lstm"`. */
  readonly cell?: "rnn" | "gru" | "lstm" | undefined;
  /** Whether a recurrent encoder reads the source in both directions. Default: `true`. */
  readonly bidirectional?: boolean | undefined;
  /** Name of the scorer, which compares a query with the keys. Default: `"coverage"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
  /** Weight of the coverage loss, which is high when a source position is attended again; 0: none. Default: `1`. */
  readonly coverageLoss?: number | undefined;
  /**
   * Number of optimizer steps before the coverage loss is added. The paper adds it at the end of training.
   * Default: `0`.
   */
  readonly coverageStart?: number | undefined;
}

/** Options of `TransformerModel`. */
export interface TransformerModelOptions {
  /** Size of the vector of each position, d. Default: `64`. */
  readonly hiddenSize?: number | undefined;
  /** Size between the two matrices of a feed-forward part. Default: `256`. */
  readonly feedForwardSize?: number | undefined;
  /** Number of heads of each attention. It must divide `hiddenSize`. Default: `4`. */
  readonly heads?: number | undefined;
  /** Number of layers of the encoder, and of the decoder. Default: `2`. */
  readonly layers?: number | undefined;
  /** Position of the layer norm: before each part, or after its residual sum, as in the paper. Default: `"pre"`. */
  readonly norm?: "pre" | "post" | undefined;
  /** Activation between the matrices of a feed-forward part. Default: `"relu"`. */
  readonly activation?: "relu" | "gelu" | undefined;
  /** Kind of positions: a formula, or a learned table. Default: `"sinusoidal"`. */
  readonly positions?: "sinusoidal" | "learned" | undefined;
  /** Largest number of tokens in a sentence, for learned positions. Default: `256`. */
  readonly maxPositions?: number | undefined;
  /**
   * Probability of dropping a feature in training: of the result of each part, and wherever no other option of
   * dropout is set. Default: `0.1`.
   */
  readonly dropout?: number | undefined;
  /** Probability of dropping a feature of an embedding with its position in training. Default: `dropout`. */
  readonly embeddingDropout?: number | undefined;
  /**
   * Probability of dropping a feature between the two matrices of a feed-forward part in training; the paper drops
   * none. Default: `dropout`.
   */
  readonly feedForwardDropout?: number | undefined;
  /** Probability of dropping an input of the output layer in training. Default: `0`. */
  readonly outputDropout?: number | undefined;
  /** Probability of dropping an attention weight in training. Default: `0`. */
  readonly attentionDropout?: number | undefined;
  /**
   * Layer of the decoder, from 0, whose attention to the source counts as the alignment: in heatmaps, and in
   * guided alignment. Default: the last.
   */
  readonly alignmentLayer?: number | undefined;
  /** Head of `alignmentLayer`, from 0, that counts as the alignment. Default: the mean of all heads. */
  readonly alignmentHead?: number | undefined;
  /** Whether source and target share one embedding. They must then share one vocabulary. Default: `false`. */
  readonly shareEmbedding?: boolean | undefined;
  /**
   * Whether the matrix of the output layer is the target's embedding. With `shareEmbedding`, one matrix has all
   * three uses. Default: `false`.
   */
  readonly tieOutput?: boolean | undefined;
}
