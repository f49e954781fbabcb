import type { TreeNode } from "./figure.js";

/** Where a node of a tree stands. */
export interface TreePlace {
  /** Number of steps from the root, from 1. */
  readonly column: number;
  /** Position from the top, from 0; between its children's. */
  readonly row: number;
}

/** Returns the place of each node, of the root, and the number of rows. Each end of the tree has a row of its own. */
export function treeLayout(nodes: readonly TreeNode[]): {
  readonly places: readonly TreePlace[];
  readonly root: TreePlace;
  readonly rows: number;
} {
  const children = Array.from({ length: nodes.length + 1 }, (): number[] => []);
  const columns: number[] = [];
  for (const [i, { parent }] of nodes.entries()) {
    children[parent + 1]!.push(i);
    columns.push(parent < 0 ? 1 : columns[parent]! + 1);
  }
  // From the top: an end of the tree gets the next row.
  const rows = new Array<number>(nodes.length);
  let next = 0;
  const open = [...children[0]!].reverse();
  while (open.length > 0) {
    const node = open.pop()!;
    if (children[node + 1]!.length === 0) rows[node] = next++;
    else open.push(...[...children[node + 1]!].reverse());
  }
  // From the ends: a node stands between its first and its last child.
  const between = (own: readonly number[]): number => (rows[own[0]!]! + rows[own.at(-1)!]!) / 2;
  for (let node = nodes.length - 1; node >= 0; node--) {
    if (children[node + 1]!.length > 0) rows[node] = between(children[node + 1]!);
  }
  return {
    places: nodes.map((_, i) => ({ column: columns[i]!, row: rows[i]! })),
    root: { column: 0, row: between(children[0]!) },
    rows: next,
  };
}
