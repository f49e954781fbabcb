import { HeedError } from "@heed/core";
import type { AlignmentLinks } from "./pharaoh.js";

/** Ways to combine the links of two directions. */
export const symmetrizations = [
  "intersection",
  "union",
  "grow-diag",
  "grow-diag-final",
  "grow-diag-final-and",
] as const;

/** A way to combine the links of two directions, by Moses' name. */
export type Symmetrization = (typeof symmetrizations)[number];

/**
 * Combines the links of a model that translates from source to target with those of one that translates back.
 *
 * `grow-diag` starts with the intersection and adds neighbours, also diagonal ones, that are in the union and link a word that
 * has no link yet. `grow-diag-final` then adds links of either direction with a word that has none, `grow-diag-final-and` those
 * of which neither word has one.
 *
 * @param forward - links [source, target] of the model from source to target
 * @param backward - links of the other model, as [source, target] too
 * @returns links sorted by source position, then by target position
 * @throws HeedError when the method does not exist
 * @see Koehn et al. 2003, N03-1017; Och and Ney 2003, J03-1002; Moses, "Align words"
 * @example
 * symmetrize([[0, 0], [1, 1], [1, 2]], [[0, 0], [1, 1]], "grow-diag"); // [[0, 0], [1, 1], [1, 2]]
 */
export function symmetrize(
  forward: AlignmentLinks,
  backward: AlignmentLinks,
  method: Symmetrization = "grow-diag",
): AlignmentLinks {
  if (!symmetrizations.includes(method)) {
    const names = symmetrizations.map((name) => `"${name}"`).join(", ");
    throw new HeedError(`symmetrize: the method must be one of ${names}; got ${JSON.stringify(method)}.`);
  }
  const union = new LinkSet([...forward, ...backward]);
  if (method === "union") return union.sorted();
  const other = new LinkSet(backward);
  const links = new LinkSet(forward.filter(([source, target]) => other.has(source, target)));
  if (method === "intersection") return links.sorted();

  grow(links, union);
  const needed = method === "grow-diag-final-and" ? 2 : 1;
  if (method !== "grow-diag") {
    for (const direction of [forward, backward]) {
      for (const [source, target] of new LinkSet(direction).sorted()) {
        if (links.unlinked(source, target) >= needed) links.add(source, target);
      }
    }
  }
  return links.sorted();
}

/** Steps to the eight neighbours of a link, those that are not diagonal first. */
const neighbours: readonly (readonly [source: number, target: number])[] = [
  [-1, 0],
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];

/** Adds neighbours of links until there is none left to add. */
function grow(links: LinkSet, union: LinkSet): void {
  const places = union.sorted();
  for (let grown = true; grown; ) {
    grown = false;
    for (const [source, target] of places) {
      if (!links.has(source, target)) continue;
      for (const [down, right] of neighbours) {
        const [s, t] = [source + down, target + right];
        if (!union.has(s, t) || links.has(s, t) || links.unlinked(s, t) === 0) continue;
        links.add(s, t);
        grown = true;
      }
    }
  }
}

/** A set of links that knows which words have one. */
class LinkSet {
  readonly #links = new Map<string, readonly [number, number]>();
  readonly #sources = new Set<number>();
  readonly #targets = new Set<number>();

  constructor(links: AlignmentLinks) {
    for (const [source, target] of links) this.add(source, target);
  }

  add(source: number, target: number): void {
    this.#links.set(`${source}-${target}`, [source, target]);
    this.#sources.add(source);
    this.#targets.add(target);
  }

  has(source: number, target: number): boolean {
    return this.#links.has(`${source}-${target}`);
  }

  /** Returns how many of the two words have no link: 0, 1 or 2. */
  unlinked(source: number, target: number): number {
    return (this.#sources.has(source) ? 0 : 1) + (this.#targets.has(target) ? 0 : 1);
  }

  sorted(): (readonly [number, number])[] {
    return [...this.#links.values()].toSorted(([a, b], [c, d]) => a - c || b - d);
  }
}
