import { Random } from "@heed/core";
import { Linear, Module } from "@heed/nn";
import { type Tensor, tensor } from "@heed/tensor";

/** y = 2x₁ − x₂, to be learned. */
export class Line extends Module {
  readonly layer = new Linear({ inFeatures: 2, outFeatures: 1, bias: false, random: new Random(1) });
}

/** Points of this plane. */
export const points = [
  { x: [1, 0], y: 2 },
  { x: [0, 1], y: -1 },
  { x: [1, 1], y: 1 },
  { x: [2, 1], y: 3 },
];

/** The loss of a point, a scalar. */
export function squaredError(model: Line, { x, y }: { x: number[]; y: number }): Tensor {
  const error = model.layer
    .forward(tensor([x]))
    .sub(y)
    .reshape(); // a scalar
  return error.mul(error);
}
