import { symbolTask } from "../symbol-task.js";

/**
 * The definition of the task `sort`: `c a b a` → `a a b c`. Where to attend depends on the symbols, not on positions. Equal
 * symbols keep the order that they have in the source.
 */
export const sortTask = symbolTask({ name: "sort", summary: "the source in alphabetical order" }, (source) =>
  Array.from(source.keys()).sort((a, b) => source[a]! - source[b]!),
);
