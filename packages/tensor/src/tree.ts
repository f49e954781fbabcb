import { isTensor, type Tensor } from "./tensor.js";

/**
 * A value made of tensors: one tensor, or plain objects, arrays and maps of them, nested to any depth. `null`, numbers,
 * strings and other values may stand between them. The tensors of an instance of a class are not found.
 */
export type Tree = unknown;

/**
 * Applies a function to every tensor in a tree and returns a tree of the same structure. Everything that is not a tensor
 * is copied as it is.
 *
 * @example
 * const state = { hidden: zeros([2, 3]), cell: null };
 * treeMap(state, (x) => add(x, 1)); // { hidden: ones, cell: null }
 */
export function treeMap<T>(tree: T, fn: (tensor: Tensor) => Tensor): T {
  return mapTree(tree, fn) as T;
}

function mapTree(tree: Tree, fn: (tensor: Tensor) => Tensor): Tree {
  if (isTensor(tree)) return fn(tree);
  if (Array.isArray(tree)) return tree.map((item) => mapTree(item, fn));
  if (tree instanceof Map) return new Map(Array.from(tree, ([key, item]) => [key, mapTree(item, fn)]));
  if (!isPlainObject(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapTree(item, fn)]));
}

/**
 * Returns every tensor in a tree, in the order of its entries. A tensor that occurs twice is listed twice.
 *
 * @example
 * treeLeaves({ hidden, layers: [a, b], step: 3 }); // [hidden, a, b]
 */
export function treeLeaves(tree: Tree): Tensor[] {
  const leaves: Tensor[] = [];
  collectLeaves(tree, leaves);
  return leaves;
}

function collectLeaves(tree: Tree, leaves: Tensor[]): void {
  if (isTensor(tree)) leaves.push(tree);
  else if (Array.isArray(tree)) for (const item of tree) collectLeaves(item, leaves);
  else if (tree instanceof Map) for (const item of tree.values()) collectLeaves(item, leaves);
  else if (isPlainObject(tree)) for (const key in tree) collectLeaves(tree[key], leaves);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
