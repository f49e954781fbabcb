/** Disjoint sets of 0 … size − 1 (Tarjan 1975: union by size, path halving). */
export class UnionFind {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
    this.#size = new Int32Array(size).fill(1);
  }

  /** The representative of the set that holds i. */
  find(i: number): number {
    const parent = this.#parent;
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  /** Joins the sets of i and j. */
  union(i: number, j: number): void {
    const [a, b] = [this.find(i), this.find(j)];
    if (a === b) return;
    const [root, child] = this.#size[a]! >= this.#size[b]! ? [a, b] : [b, a];
    this.#parent[child] = root;
    this.#size[root] = this.#size[root]! + this.#size[child]!;
  }

  /** The sets, ordered by their first members; members ascend. */
  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (let i = 0; i < this.#parent.length; i++) {
      const root = this.find(i);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [i]);
      else group.push(i);
    }
    return [...groups.values()];
  }
}
