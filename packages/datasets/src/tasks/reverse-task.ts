import { symbolTask } from "../symbol-task.js";

/** The definition of the task `reverse`: `c a b` → `b a c`. Attention should run up the other diagonal. */
export const reverseTask = symbolTask({ name: "reverse", summary: "the source backwards" }, (source) =>
  source.map((_, target) => source.length - 1 - target),
);
