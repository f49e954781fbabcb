import { matmul, scope, softmax } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import type { Work } from "../work.js";
import { input } from "./input.js";
import { forwardKernel } from "./kernel.js";

export function prepareMatmul({ m, k, n }: Extract<Work, { kind: "matmul" }>): Prepared {
  const a = input(1, [m, k], 2);
  const b = input(2, [k, n], 2);
  return forwardKernel([a, b], () => matmul(a, b));
}

export function prepareSoftmax({ rows, columns }: Extract<Work, { kind: "softmax" }>): Prepared {
  const x = input(1, [rows, columns], 8);
  return forwardKernel([x], () => scope(() => softmax(x, { axis: -1 })));
}
