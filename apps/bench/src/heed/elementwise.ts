import { add, exp, sigmoid, type Tensor, tanh } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import type { ElementwiseWork } from "../work.js";
import { input } from "./input.js";
import { forwardKernel } from "./kernel.js";

export function prepareElementwise({ op, size, columns }: ElementwiseWork): Prepared {
  const a = input(1, [size / columns, columns], 8);
  if (op === "add" || op === "addRow") {
    const b = input(2, op === "add" ? [size / columns, columns] : [columns], 8);
    return forwardKernel([a, b], () => add(a, b));
  }
  const call: (x: Tensor) => Tensor = { exp, tanh, sigmoid }[op];
  return forwardKernel([a], () => call(a));
}
