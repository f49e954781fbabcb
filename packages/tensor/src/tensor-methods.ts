import { type BackwardOptions, backward } from "./backward.js";
import { add } from "./ops/add.op.js";
import { div } from "./ops/div.op.js";
import { matmul } from "./ops/matmul.op.js";
import { mul } from "./ops/mul.op.js";
import { reshape } from "./ops/reshape.op.js";
import { sub } from "./ops/sub.op.js";
import { transpose } from "./ops/transpose.op.js";
import { type AxisIndex, selectAxes } from "./select-axes.js";
import { Tensor } from "./tensor.js";

/**
 * The methods of tensors that apply operations. They are attached here, because operations import the class. Inside this
 * package use the functions: this file is not loaded before them.
 */
declare module "./tensor.js" {
  interface Tensor {
    /**
     * Adds d(scale · this)/d(parameter) to the `grad` of every parameter that this scalar was computed from.
     *
     * @param options.scale - default 1
     * @throws GradientError when this is not a scalar, or was not computed from any parameter
     */
    backward(options?: BackwardOptions): void;
    /** Returns this + other. Shapes broadcast; a number counts as a scalar. */
    add(other: Tensor | number): Tensor;
    /** Returns this − other. Shapes broadcast; a number counts as a scalar. */
    sub(other: Tensor | number): Tensor;
    /** Returns this · other, elementwise. Shapes broadcast; a number counts as a scalar. */
    mul(other: Tensor | number): Tensor;
    /** Returns this / other, elementwise. Shapes broadcast; a number counts as a scalar. */
    div(other: Tensor | number): Tensor;
    /** Returns the matrix product of the last two axes, `[..., m, k] · [..., k, n] -> [..., m, n]`. */
    matmul(other: Tensor): Tensor;
    /**
     * Returns the same values in another shape.
     *
     * @param shape - the new sizes; one of them may be −1 and is worked out
     */
    reshape(...shape: number[]): Tensor;
    /**
     * Reorders the axes.
     *
     * @param permutation - axis i of the result is axis `permutation[i]`; by default, the last two axes are exchanged
     */
    transpose(...permutation: number[]): Tensor;
    /**
     * Selects along the first axes, as NumPy's brackets do. A position selects one entry and removes the axis, a range
     * `[start, end, step]` selects some, and null all.
     *
     * @param indices - one for each axis from the first; negative positions count from the end
     * @throws ShapeError when a position lies outside of its axis, or there are more indices than axes
     * @example
     * x.at(0); // x[0]
     * x.at(null, -1); // x[:, -1]
     * x.at([1, -1], [null, null, 2]); // x[1:-1, ::2]
     */
    at(...indices: AxisIndex[]): Tensor;
  }
}

/** The functions behind the methods. */
export const methods: Pick<
  Tensor,
  "backward" | "add" | "sub" | "mul" | "div" | "matmul" | "reshape" | "transpose" | "at"
> &
  ThisType<Tensor> = {
  backward(options) {
    backward(this, options);
  },
  add(other) {
    return add(this, other);
  },
  sub(other) {
    return sub(this, other);
  },
  mul(other) {
    return mul(this, other);
  },
  div(other) {
    return div(this, other);
  },
  matmul(other) {
    return matmul(this, other);
  },
  reshape(...shape) {
    return reshape(this, { shape });
  },
  transpose(...permutation) {
    return permutation.length > 0 ? transpose(this, { permutation }) : transpose(this);
  },
  at(...indices) {
    return selectAxes(this, indices);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
