import type { Spec } from "vega";
import type { TreeFigure } from "./figure.js";
import type { Look } from "./style.js";
import { BOLD, textWidth, truncate, wrap } from "./text.js";
import { treeLayout } from "./tree-layout.js";
import { words } from "./words.js";

const MARGIN = 16;
const TITLE_SIZE = 16;
const LABEL_SIZE = 13;
const NOTE_SIZE = 10;
const LABEL_LIMIT = 150;
/** Between two rows, and between the end of a label and the next column. */
const PITCH = 32;
const GAP = 34;

/** The Vega specification of a tree. */
export function treeSpec({ root, nodes, title }: Pick<TreeFigure, "root" | "nodes" | "title">, look: Look): Spec {
  const layout = treeLayout(nodes);
  const measure = (text: string) => textWidth(text, LABEL_SIZE);
  const all = [{ label: root, note: "", chosen: true }, ...nodes].map(({ label, note, chosen }, i) => {
    const shown = truncate(label, LABEL_LIMIT, measure);
    const place = i === 0 ? layout.root : layout.places[i - 1]!;
    return { ...place, label: shown, note, chosen, width: Math.max(measure(shown), textWidth(note, NOTE_SIZE)) };
  });
  const lefts: number[] = [];
  for (let column = 0, x = 0; all.some((node) => node.column === column); column++) {
    lefts.push(x);
    x += Math.max(...all.filter((node) => node.column === column).map(({ width }) => width)) + GAP;
  }
  const placed = all.map((node) => ({ ...node, x: lefts[node.column]!, y: (node.row + 0.5) * PITCH }));
  const edges = nodes.map(({ parent, chosen }, i) => {
    const [from, to] = [placed[parent + 1]!, placed[i + 1]!];
    const [x, end] = [from.x + from.width + 5, to.x - 5];
    const middle = (x + end) / 2;
    return {
      path: `M${x},${from.y}C${middle},${from.y} ${middle},${to.y} ${end},${to.y}`,
      color: chosen ? look.series[0] : look.edge,
      width: chosen ? 2.5 : 1,
      chosen,
    };
  });
  const width = Math.max(...placed.map((node) => node.x + node.width));
  const titleLines =
    title === undefined ? [] : wrap(title, Math.max(width, 240), (text) => textWidth(text, TITLE_SIZE * BOLD));
  const titleWidth = Math.max(0, ...titleLines.map((line) => textWidth(line, TITLE_SIZE)));
  const top = MARGIN + (titleLines.length === 0 ? 0 : titleLines.length * TITLE_SIZE * 1.35 + 8);
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width: Math.max(width, titleWidth),
    height: layout.rows * PITCH,
    autosize: "none",
    padding: { left: MARGIN, right: MARGIN, top, bottom: MARGIN },
    config: { text: { font: look.font } },
    // The highlighted path lies above the others.
    data: [{ name: "values", values: edges.toSorted((a, b) => Number(a.chosen) - Number(b.chosen)) }],
    marks: [
      {
        type: "path",
        name: "edges",
        aria: false,
        from: { data: "values" },
        encode: {
          enter: {
            path: { field: "path" },
            stroke: { field: "color" },
            strokeWidth: { field: "width" },
            fill: { value: "transparent" },
          },
        },
      },
      ...placed.flatMap(({ x, y, label, note, chosen }) => [
        words(label, LABEL_SIZE, { x, y: y + 4, fill: look.ink, fontWeight: chosen ? "bold" : "normal" }),
        ...(note === "" ? [] : [words(note, NOTE_SIZE, { x, y: y + 15, fill: look.faintInk })]),
      ]),
      words(titleLines, TITLE_SIZE, { x: 0, y: MARGIN + TITLE_SIZE - top, fill: look.ink, fontWeight: "bold" }),
    ],
  };
}
