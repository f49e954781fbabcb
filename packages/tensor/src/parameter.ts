import { BackendError, ShapeError } from "./errors.js";
import { formatShape, sameShape } from "./shape.js";
import { assertTensor, isTensor, Tensor } from "./tensor.js";

const parameterBrand: unique symbol = Symbol.for("heed.parameter") as never;

/** Returns whether a value is a parameter, of this or another copy of this package. */
export function isParameter(value: unknown): value is Parameter {
  return isTensor(value) && parameterBrand in value;
}

/**
 * A tensor that is learned: gradients are collected in `grad`, and an optimizer updates it in place with `assign`. It
 * outlives every scope; `dispose()` frees it.
 */
export class Parameter extends Tensor {
  /** d(loss)/d(this), summed over all `backward()` calls since it was last cleared; owned by the parameter. */
  grad: Tensor | null = null;
  /** A frozen parameter takes part in the forward pass only. */
  trainable = true;

  /** @param value - the first value; the parameter shares its memory and never writes it */
  constructor(value: Tensor) {
    assertTensor("new Parameter", "value", value);
    super(value.storage.retain(), value.shape, value.dtype);
    this.moveTo(null);
  }

  /** Marks parameters for other copies of this package. */
  get [parameterBrand](): true {
    return true;
  }

  override get tracked(): boolean {
    return this.trainable;
  }

  override snapshot(): Tensor {
    return new Tensor(this.storage.retain(), this.shape, this.dtype);
  }

  /**
   * Replaces the value. Graphs recorded before keep the value that they were computed with.
   * @throws ShapeError when the shape or dtype differs
   */
  assign(value: Tensor): void {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new ShapeError(
        `assign: a parameter of shape ${formatShape(this.shape)} (${this.dtype}) cannot take ${formatShape(value.shape)} (${value.dtype}).`,
      );
    }
    if (value.backend !== this.backend) {
      throw new BackendError("assign: the new value lives on another backend than the parameter; make it on that one.");
    }
    this.replaceStorage(value.storage.retain());
  }

  /** Forgets the gradient. */
  zeroGrad(): void {
    this.grad?.dispose();
    this.grad = null;
  }

  override dispose(): void {
    this.zeroGrad();
    super.dispose();
  }
}
