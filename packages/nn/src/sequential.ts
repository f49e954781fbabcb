import { HeedError } from "@heed/core";
import type { Tensor } from "@heed/tensor";
import { isModule, Module } from "./module.js";

/** A module with a `forward` of one tensor, or a function such as `relu`. */
export type SequentialItem = (Module & { forward(x: Tensor): Tensor }) | ((x: Tensor) => Tensor);

/**
 * Applies modules and functions one after the other. Parameters are named by position, as in PyTorch: `0.weight`.
 *
 * - `x` - what the first item takes; returns what the last one returns
 *
 * PyTorch: `nn.Sequential`.
 *
 * @example
 * const model = new Sequential(
 *   new Linear({ inFeatures: 8, outFeatures: 16, random }),
 *   relu,
 *   new Linear({ inFeatures: 16, outFeatures: 3, random }),
 * );
 * const logits = model.forward(x); // [b, 8] -> [b, 3]
 */
export class Sequential extends Module {
  readonly [position: number]: SequentialItem;
  readonly length: number;

  /** @throws HeedError when an item is neither a module with `forward` nor a function */
  constructor(...items: readonly SequentialItem[]) {
    super();
    this.length = items.length;
    for (const [position, item] of items.entries()) {
      const fits = typeof item === "function" || (isModule(item) && typeof item.forward === "function");
      if (!fits) {
        const hint = Array.isArray(item) ? "; pass the items one by one, without the array" : "";
        throw new HeedError(
          `Sequential: item ${position} must be a module with forward(), or a function, got ${describe(item)}${hint}.`,
        );
      }
      Object.defineProperty(this, position, { value: item, enumerable: true });
    }
  }

  /** @param x - what the first item takes */
  forward(x: Tensor): Tensor {
    let result = x;
    for (let position = 0; position < this.length; position++) {
      const item = this[position]!;
      result = typeof item === "function" ? item(result) : item.forward(result);
    }
    return result;
  }
}

function describe(item: unknown): string {
  if (Array.isArray(item)) return "an array";
  return isModule(item) ? `${item.constructor.name}, which has no forward()` : item === null ? "null" : typeof item;
}
