import type { Random } from "@heed/core";
import { Linear, Module } from "@heed/nn";
import { concat, type Tensor } from "@heed/tensor";

/** How a context vector is joined with a state or an input. */
export const combineKinds = ["concat", "add"] as const;

export type CombineKind = (typeof combineKinds)[number];

export interface CombinerOptions {
  readonly kind: CombineKind;
  /** Width of what the context is joined with. */
  readonly size: number;
  readonly contextSize: number;
  readonly random: Random;
}

/** Joins `x` and a context: `[x; c]`, or x + c, where a context of another width is first projected to that of x. */
export class Combiner extends Module {
  readonly kind: CombineKind;
  readonly projection: Linear | null;
  readonly outputSize: number;

  constructor({ kind, size, contextSize, random }: CombinerOptions) {
    super();
    this.kind = kind;
    this.outputSize = kind === "concat" ? size + contextSize : size;
    const fits = kind === "concat" || size === contextSize;
    this.projection = fits ? null : new Linear({ inFeatures: contextSize, outFeatures: size, bias: false, random });
  }

  /** Returns the context in the size of what it is added to. Only `add` uses it. */
  project(context: Tensor): Tensor {
    return this.projection?.forward(context) ?? context;
  }

  /**
   * @param x - `[..., size]`
   * @param context - `[..., contextSize]`
   */
  forward(x: Tensor, context: Tensor): Tensor {
    return this.kind === "concat" ? concat([x, context], { axis: -1 }) : x.add(this.project(context));
  }
}
