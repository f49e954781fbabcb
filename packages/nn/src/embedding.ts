import { checkOptionKinds, HeedError, optionRules, type Random } from "@heed/core";
import { embedding, type Parameter, reserveElements, sizeOf, type Tensor, tensor } from "@heed/tensor";
import { checkSizes } from "./check-options.js";
import { Module } from "./module.js";
import { parameterFrom } from "./parameter-from.js";

export interface EmbeddingOptions {
  /** How many ids there are, the size of the vocabulary. */
  readonly numEmbeddings: number;
  /** Length of the vector of each id. */
  readonly embeddingSize: number;
  /** Id whose vector starts as 0 and is not learned; by default none. */
  readonly paddingIndex?: number;
  /** Standard deviation of the initial values; default 1. */
  readonly std?: number;
  /** Draws the first values. */
  readonly random: Random;
}

const rules = optionRules<EmbeddingOptions>({
  numEmbeddings: "number",
  embeddingSize: "number",
  "paddingIndex?": "number",
  "std?": "number",
  random: "random",
});

/**
 * A learned vector for each id: y[..., :] = weight[ids[...], :].
 *
 * - `ids` - i32 `[...]`, in [0, numEmbeddings); returns `[..., embeddingSize]`
 * - `weight` - `[numEmbeddings, embeddingSize]`; starts in N(0, σ²), with zeros at the padding
 *
 * PyTorch: `nn.Embedding`.
 *
 * @example
 * const embed = new Embedding({ numEmbeddings: 11, embeddingSize: 32, paddingIndex: 0, random });
 * const vectors = embed.forward(tensor(new Int32Array([3, 4, 0]))); // [3] -> [3, 32]
 */
export class Embedding extends Module {
  /** `[numEmbeddings, embeddingSize]`. */
  weight: Parameter;
  readonly paddingIndex: number | null;

  /** @throws HeedError when a size is not a whole number ≥ 1, or the padding is no id */
  constructor(options: EmbeddingOptions) {
    super();
    checkOptionKinds("new Embedding", [], rules, options);
    const { numEmbeddings, embeddingSize, paddingIndex, std = 1, random } = options;
    checkSizes("Embedding", { numEmbeddings, embeddingSize });
    this.paddingIndex = paddingIndex ?? null;
    const shape = [numEmbeddings, embeddingSize];
    reserveElements("Embedding", shape);
    const values = Float64Array.from({ length: sizeOf(shape) }, () => std * random.normal());
    if (paddingIndex !== undefined) {
      if (!Number.isInteger(paddingIndex) || paddingIndex < 0 || paddingIndex >= numEmbeddings) {
        throw new HeedError(
          `Embedding: paddingIndex must be an id in 0 … ${numEmbeddings - 1}, but is ${paddingIndex}.`,
        );
      }
      values.fill(0, paddingIndex * embeddingSize, (paddingIndex + 1) * embeddingSize);
    }
    this.weight = parameterFrom(tensor(values, { shape }));
  }

  /**
   * @param ids - i32 `[...]`
   * @returns `[..., embeddingSize]`
   * @throws DTypeError when the ids are not i32
   * @throws ShapeError when an id is out of range, on backends that can tell
   */
  forward(ids: Tensor): Tensor {
    return embedding(this.weight, ids, this.paddingIndex === null ? {} : { paddingIndex: this.paddingIndex });
  }
}
