import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import { blameIndices, ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { formatShape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { cast } from "./cast.op.js";
import { div } from "./div.op.js";
import { gather } from "./gather.op.js";
import { logSoftmax } from "./log-softmax.op.js";
import { maximum } from "./maximum.op.js";
import { mean } from "./mean.op.js";
import { mul } from "./mul.op.js";
import { neg } from "./neg.op.js";
import { notEqual } from "./not-equal.op.js";
import { reshape } from "./reshape.op.js";
import { sum } from "./sum.op.js";
import { where } from "./where.op.js";

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Targets with this id are left out of the loss. */
  readonly ignoreIndex?: number;
  /** ε in [0, 1): the target distribution is (1 − ε) · one-hot + ε / v. */
  readonly labelSmoothing?: number;
  /** `mean` over the targets that count (the default), or their `sum`. */
  readonly reduction?: "mean" | "sum";
}

/**
 * Computes −log softmax(logits)[target], averaged (or summed) over all targets that are not ignored, in nats. The result
 * is 0 when all targets are ignored. Logits of an ignored target do not matter, even when they are NaN. PyTorch: `F.cross_entropy(…, ignore_index, label_smoothing, reduction)`.
 *
 * - `logits` - `[..., v]`
 * - `targets` - i32 `[...]`, ids in [0, v) or `ignoreIndex`
 */
export const softmaxCrossEntropy: Op<[logits: Tensor, targets: Tensor], SoftmaxCrossEntropyOptions> = composite({
  name: "softmaxCrossEntropy",
  inputs: ["logits", "targets"],
  options: { "ignoreIndex?": "integer", "labelSmoothing?": "number", "reduction?": ["mean", "sum"] },
  dtypes: ["f32", "i32"],
  shapes: "... v, ... ->",
  samples: [
    { args: ({ randn, ids }) => [randn(4, 5), ids(5, 4)] },
    { label: "ignored", args: ({ randn, ids }) => [randn(2, 6, 3), ids(3, 2, 6)], params: { ignoreIndex: 0 } },
    {
      label: "smoothed",
      args: ({ randn, ids }) => [randn(6, 4), ids(4, 6)],
      params: { ignoreIndex: 1, labelSmoothing: 0.1 },
    },
    {
      label: "summed",
      args: ({ randn, ids }) => [randn(3, 5, 4), ids(4, 3, 5)],
      params: { ignoreIndex: 2, labelSmoothing: 0.2, reduction: "sum" },
    },
    {
      label: "summed, nothing ignored",
      args: ({ randn, ids }) => [randn(7, 3), ids(3, 7)],
      params: { reduction: "sum" },
    },
  ],
  check: ({ labelSmoothing = 0 }, logits, targets) => {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new HeedError(`softmaxCrossEntropy: labelSmoothing must be in [0, 1), got ${labelSmoothing}.`);
    }
    if (logits.shape.at(-1) === 0) {
      throw new ShapeError(
        `softmaxCrossEntropy: logits must have at least one class, got ${formatShape(logits.shape)}.`,
      );
    }
    if (!sameShape(logits.shape.slice(0, -1), targets.shape)) {
      throw new ShapeError(
        `softmaxCrossEntropy: logits ${formatShape(logits.shape)} need targets ${formatShape(logits.shape.slice(0, -1))}, but ${formatShape(targets.shape)} came.`,
      );
    }
  },
  compose: ({ ignoreIndex, labelSmoothing = 0, reduction = "mean" }, logits, targets) => {
    const rows = reshape(logits, { shape: [-1, logits.shape.at(-1)!] }); // n v
    const ids = reshape(targets, { shape: [-1, 1] }); // n 1
    const counts = ignoreIndex === undefined ? null : notEqual(ids, ignoreIndex);
    const logProbabilities = logSoftmax(counts ? where(counts, rows, 0) : rows, { axis: -1 }); // n v
    const safeIds = counts ? where(counts, ids, 0) : ids;
    const chosen = blameIndices("softmaxCrossEntropy", "targets", targets.shape, logits.shape.at(-1)!, 1, () =>
      neg(gather(logProbabilities, safeIds, { axis: 1 })),
    ); // n 1
    const spread = neg(mean(logProbabilities, { axis: 1, keepDims: true })); // n 1
    const losses = labelSmoothing === 0 ? chosen : add(mul(chosen, 1 - labelSmoothing), mul(spread, labelSmoothing));
    if (!counts) return reduction === "sum" ? sum(losses) : mean(losses);
    const total = sum(where(counts, losses, 0));
    return reduction === "sum" ? total : div(total, maximum(cast(sum(counts), { dtype: "f32" }), 1));
  },
});
