import { Random } from "@heed/core";
import { randomNormal, randomUniform, tensor } from "./create.js";
import { sizeOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Seeded values for samples: the same seed draws the same numbers on every backend. */
export class Draw {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** Standard normal; no two values are equal. */
  readonly randn = (...shape: number[]): Tensor => randomNormal(shape, this.random);

  /** Uniform in [0.5, 2): away from 0, for logarithms and divisors. */
  readonly positive = (...shape: number[]): Tensor => randomUniform(shape, this.random, 0.5, 2);

  /** Integers in [0, limit), as i32. */
  readonly ids = (limit: number, ...shape: number[]): Tensor =>
    tensor(
      Int32Array.from({ length: sizeOf(shape) }, () => this.random.integer(0, limit)),
      { shape },
    );

  /** One length in [1, longest] a sequence, the first of them the longest, as i32. */
  readonly lengths = (longest: number, sequences: number): Tensor =>
    tensor(Int32Array.from({ length: sequences }, (_, i) => (i === 0 ? longest : this.random.integer(1, longest + 1))));

  /** Truth values, about two thirds of them true. */
  readonly mask = (...shape: number[]): Tensor =>
    tensor(
      Uint8Array.from({ length: sizeOf(shape) }, () => (this.random.uniform() < 2 / 3 ? 1 : 0)),
      { shape, dtype: "bool" },
    );

  /** Truth values, all false. */
  readonly nothing = (...shape: number[]): Tensor => tensor(new Uint8Array(sizeOf(shape)), { shape, dtype: "bool" });
}
