import type { TreeFigure, TreeNode } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { displayText } from "./text.js";

/** A node that `tree` draws. */
export interface TreeNodeOptions {
  /** What the node is, such as a token. */
  readonly label: string;
  /** What stands below the label, such as a probability. */
  readonly note?: string;
  /** Index of the parent, which stands before it in the list; -1 for a child of the root. */
  readonly parent: number;
  /** Whether the node is on the highlighted path; default false. */
  readonly chosen?: boolean;
}

/** What `tree` draws. */
export interface TreeOptions {
  /** What the root is, such as `<sos>`. */
  readonly root: string;
  /** The other nodes; each after its parent. */
  readonly nodes: readonly TreeNodeOptions[];
  /** Heading. */
  readonly title?: string;
}

/**
 * Draws a tree from left to right, with a highlighted path: the hypotheses of a beam search.
 *
 * @throws FigureError when there is no node, or a parent does not stand before its child
 * @example
 * const figure = tree({
 *   root: "<sos>",
 *   nodes: [
 *     { label: "i", note: "0.9", parent: -1, chosen: true },
 *     { label: "drink", note: "0.7", parent: 0, chosen: true },
 *     { label: "eat", note: "0.2", parent: 0 },
 *   ],
 * });
 */
export function tree({ root, nodes, title }: TreeOptions): TreeFigure {
  if (nodes.length === 0) throw new FigureError("tree: expected at least one node, got none.");
  const content = {
    root: displayText(root),
    nodes: nodes.map(({ label, note = "", parent, chosen = false }, i): TreeNode => {
      if (Number.isInteger(parent) && parent >= -1 && parent < i) {
        return { label: displayText(label), note: displayText(note), parent, chosen };
      }
      throw new FigureError(
        `tree: the parent of node ${i} must be an integer from -1 to ${i - 1}, got ${parent}. List each node after its parent.`,
      );
    }),
    ...(title === undefined ? {} : { title: displayText(title) }),
  };
  return { kind: "tree", ...content, description: describe(content.nodes) };
}

function describe(nodes: readonly TreeNode[]): string {
  const parents = new Set(nodes.map(({ parent }) => parent));
  const leaves = nodes.filter((_, i) => !parents.has(i)).length;
  const path = nodes.filter(({ chosen }) => chosen).map(({ label }) => label);
  const highlighted = path.length > 0 ? ` Highlighted: ${path.join(" ")}.` : "";
  return `Tree of ${nodes.length} nodes with ${leaves} ends.${highlighted}`;
}
