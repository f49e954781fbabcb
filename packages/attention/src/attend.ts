import { HeedError } from "@heed/core";
import type { Dropout } from "@heed/nn";
import {
  expandDims,
  formatShape,
  logicalAnd,
  matmul,
  mul,
  ShapeError,
  sameShape,
  type Tensor,
  tensor,
  where,
} from "@heed/tensor";
import type { AttendOptions, AttentionControl } from "./attention-output.js";
import type { Normalizer } from "./normalizer.js";
import { readWeights } from "./read-scores.js";

/** Raw scores, and a window outside of which they do not count. */
export interface Scored {
  /** `[b, q, k]`, or `[b, h, q, k]`. */
  readonly scores: Tensor;
  /** Bool, broadcastable to the scores, true = may attend; `null`: no window. */
  readonly window: Tensor | null;
}

export interface AttendInput extends AttendOptions {
  /** `[b, q, k]`, or `[b, h, q, k]` for attention with heads. */
  readonly shape: readonly number[];
  /** Computes the raw scores. It is not called when the weights of all heads are given. */
  readonly score: () => Scored;
  /** `[b, k, dv]`, or `[b, h, k, dv/h]`. */
  readonly values: Tensor;
  /** Bool, broadcastable to `[b, q, k]` or `[b, h, q, k]`, true = may attend. All of them must be true; `null` allows all. */
  readonly masks: readonly (Tensor | null)[];
  readonly normalizer: Normalizer;
  /** The scores are divided by it. */
  readonly temperature: number;
  readonly dropout: Dropout;
  /**
   * The same computation in one operation, `[context, weights]`. It runs when nothing stands between weights and context:
   * no dropout, no control, no inspection.
   */
  readonly fused?: (mask: Tensor | null) => readonly [context: Tensor, weights: Tensor];
}

/** The result of {@link attend}. */
export interface AttendResult {
  /** `[b, q, dv]`, or `[b, h, q, dv/h]`. */
  readonly context: Tensor;
  /** The weights that were used, before dropout, `[b, q, k]` or `[b, h, q, k]`. */
  readonly weights: Tensor;
  /** Raw scores; `null` when they were not needed. */
  readonly scores: Tensor | null;
  /** All masks and the window together; `null` when every key may be attended. */
  readonly mask: Tensor | null;
}

/**
 * Computes attention: weights = normalize(scores / temperature) where the masks are true, context = dropout(weights) · values.
 * `control` replaces weights after all of this.
 *
 * @throws HeedError, ShapeError when the control does not fit
 */
export function attend(input: AttendInput): AttendResult {
  const { shape, values, normalizer, temperature, dropout, inspect = false, fused } = input;
  if (input.control) checkControl(input.control, shape);
  // No head to replace: there is nothing to control.
  const control = input.control?.heads?.length === 0 ? null : (input.control ?? null);
  if (control && controlsAllHeads(control, shape) && !inspect) {
    const weights = control.weights.reshape(...shape);
    return { context: matmul(weights, values), weights, scores: null, mask: null };
  }
  const drops = dropout.training && dropout.probability > 0;
  if (fused && !drops && !control && !inspect) {
    const mask = combineMasks(input.masks, shape);
    const [context, weights] = fused(mask);
    return { context, weights, scores: null, mask };
  }
  const { scores, window } = input.score();
  const mask = combineMasks([...input.masks, window], shape);
  const normalized = normalizer.normalize(temperature === 1 ? scores : mul(scores, 1 / temperature), mask);
  const computed = readWeights(normalizer, normalized, scores.shape);
  if (!control) return { context: matmul(dropout.forward(computed), values), weights: computed, scores, mask };
  const choose = (own: Tensor): Tensor => replaceHeads(own, control, shape);
  return { context: matmul(choose(dropout.forward(computed)), values), weights: choose(computed), scores, mask };
}

/** Combines masks. A mask without an axis for heads gets one first, so that its batch axis is not taken for the heads. */
function combineMasks(masks: readonly (Tensor | null)[], shape: readonly number[]): Tensor | null {
  let combined: Tensor | null = null;
  for (const mask of masks) {
    if (!mask) continue;
    const aligned = shape.length === 4 && mask.shape.length === 3 ? expandDims(mask, { axis: 1 }) : mask;
    combined = combined ? logicalAnd(combined, aligned) : aligned;
  }
  return combined;
}

function headsOf(shape: readonly number[]): number {
  return shape.length === 4 ? shape[1]! : 1;
}

function controlsAllHeads({ heads }: AttentionControl, shape: readonly number[]): boolean {
  return heads === undefined || new Set(heads).size === headsOf(shape);
}

/** The given weights for the controlled heads, and the computed ones for the others. */
function replaceHeads(computed: Tensor, control: AttentionControl, shape: readonly number[]): Tensor {
  const given = control.weights.reshape(...shape);
  if (controlsAllHeads(control, shape)) return given;
  const chosen = Array.from({ length: headsOf(shape) }, (_, head) => control.heads!.includes(head));
  return where(tensor(chosen, { backend: given.backend }).reshape(1, -1, 1, 1), given, computed);
}

/**
 * @param shape - of the weights, `[b, q, k]` or `[b, h, q, k]`
 * @throws ShapeError, HeedError when the control does not fit
 */
export function checkControl({ weights, heads = [] }: AttentionControl, shape: readonly number[]): void {
  const [b, q, k] = [shape[0]!, shape.at(-2)!, shape.at(-1)!];
  const count = headsOf(shape);
  const expected = [b, count, q, k];
  if (!sameShape(weights.shape, expected)) {
    throw new ShapeError(
      `control.weights must be [batch, heads, queries, keys] = ${formatShape(expected)}, got ${formatShape(weights.shape)}. Give weights for every head, and name the ones to replace in control.heads.`,
    );
  }
  const wrong = heads.find((head) => !Number.isInteger(head) || head < 0 || head >= count);
  if (wrong === undefined) return;
  throw new HeedError(`control.heads must be integers in 0 … ${count - 1}, got ${wrong}.`);
}
