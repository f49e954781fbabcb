import type { TreeFigure } from "./figure.js";
import { SERIES_COLORS } from "./style.js";
import { columns, paint } from "./terminal-text.js";
import { truncate, wrap } from "./text.js";

/** The lines of a tree in a terminal, a node on each; `*` marks the highlighted path. */
export function terminalTree({ root, nodes, title }: TreeFigure, color: boolean, width: number): string[] {
  const children = (parent: number): number[] => nodes.flatMap((node, i) => (node.parent === parent ? [i] : []));
  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  lines.push(truncate(root, width, columns));
  const add = (parent: number, indent: string): void => {
    // A path without branches goes down without going to the right.
    const own = children(parent);
    for (const [k, i] of own.entries()) {
      const last = k === own.length - 1;
      const { label, note, chosen } = nodes[i]!;
      const branch = own.length === 1 ? "" : last ? "└ " : "├ ";
      const text = truncate(`${label}${note === "" ? "" : ` ${note}`}${chosen ? " *" : ""}`, width >> 1, columns);
      lines.push(`${indent}${branch}${chosen && color ? paint(text, SERIES_COLORS[0]) : text}`);
      add(i, own.length === 1 ? indent : `${indent}${last ? "  " : "│ "}`);
    }
  };
  add(-1, "");
  return lines.map((line) => (color ? line : truncate(line, width, columns)));
}
