import type { ExplorerMap } from "../page.js";
import { element, shape } from "./dom.js";

const LABEL_LIMIT = 150;
const GAP = 6;

/** What the rows and the columns of a map are called. */
export interface Sides {
  readonly rows: string;
  readonly columns: string;
}

/** A map as it is drawn: where its first cell is, and what is marked below the pointer. */
interface Grid {
  readonly cell: number;
  readonly gap: number;
  readonly x: number;
  readonly y: number;
  readonly across: readonly SVGTextElement[];
  readonly down: readonly SVGTextElement[];
  readonly frame: SVGRectElement;
}

/** A large map with its labels; the weight below the pointer is written beside it. */
export class BigMap {
  readonly root: HTMLElement;
  readonly #picture = shape("svg", { role: "img" });
  readonly #tip = element("div", { class: "tip", hidden: true });
  readonly #measure = document.createElement("canvas").getContext("2d")!;
  #shown: { map: ExplorerMap; sides: Sides; color: (weight: number) => string } | undefined;
  #grid: Grid | undefined;
  #width = 0;

  constructor() {
    this.root = element("div", { class: "big" }, this.#picture, this.#tip);
    new ResizeObserver(([entry]) => {
      const { width } = entry!.contentRect;
      if (Math.abs(width - this.#width) < 1) return;
      this.#width = width;
      this.#draw();
    }).observe(this.root);
    this.#picture.addEventListener("pointermove", (event) => this.#point(event));
    this.#picture.addEventListener("pointerleave", () => this.#mark(-1, -1));
  }

  show(map: ExplorerMap, sides: Sides, color: (weight: number) => string): void {
    this.#shown = { map, sides, color };
    this.#draw();
  }

  #draw(): void {
    if (this.#shown === undefined || this.#width === 0) return;
    const { map, sides, color } = this.#shown;
    const { rows, columns, weights } = map;
    this.#tip.hidden = true;

    const { cell, fontSize, slanted, x, y, right } = this.#layout(map);
    const [width, height] = [x + columns.length * cell + right, y + rows.length * cell + 4];

    const label = (text: string, more: Record<string, string | number>) =>
      shape("text", { "font-size": fontSize, ...more }, this.#shorten(text));
    const across = columns.map((text, j) => {
      const [at, line] = [x + (j + 0.5) * cell, y - GAP];
      if (!slanted) return label(text, { x: at, y: line, "text-anchor": "middle" });
      return label(text, { x: at + fontSize * 0.3, y: line, transform: `rotate(-45 ${at + fontSize * 0.3} ${line})` });
    });
    const down = rows.map((text, i) =>
      label(text, { x: x - GAP, y: y + (i + 0.5) * cell, "text-anchor": "end", "dominant-baseline": "central" }),
    );
    const gap = cell >= 20 ? 1 : 0; // lines between small cells would flicker
    const cells = weights.flatMap((row, i) =>
      row.map((weight, j) =>
        shape("rect", {
          x: x + j * cell,
          y: y + i * cell,
          width: cell - gap,
          height: cell - gap,
          fill: color(weight),
        }),
      ),
    );
    const frame = shape("rect", { class: "frame", width: cell, height: cell, visibility: "hidden" });
    const side = (text: string, more: Record<string, string | number>) =>
      shape("text", { class: "side", "text-anchor": "middle", "font-size": 12, ...more }, text);
    const middle = { x: x + (columns.length * cell) / 2, y: y + (rows.length * cell) / 2 };

    this.#picture.setAttribute("width", String(width));
    this.#picture.setAttribute("height", String(height));
    this.#picture.setAttribute("aria-label", `${rows.length} by ${columns.length} attention weights`);
    this.#picture.replaceChildren(
      side(sides.columns, { x: middle.x, y: 12 }),
      side(sides.rows, { x: 12, y: middle.y, transform: `rotate(-90 12 ${middle.y})` }),
      ...across,
      ...down,
      shape("g", { "shape-rendering": "crispEdges" }, ...cells),
      frame,
    );

    this.#grid = { cell, gap, x, y, across, down, frame };
  }

  /** Marks the cell below the pointer, and writes its weight beside it. */
  #point(event: PointerEvent): void {
    if (this.#shown === undefined || this.#grid === undefined) return;
    const { rows, columns, weights } = this.#shown.map;
    const { cell, gap, x, y, frame } = this.#grid;
    const box = this.#picture.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - x) / cell);
    const i = Math.floor((event.clientY - box.top - y) / cell);
    const weight = weights[i]?.[j];
    this.#mark(weight === undefined ? -1 : i, j);
    if (weight === undefined) return;
    frame.setAttribute("x", String(x + j * cell - gap / 2));
    frame.setAttribute("y", String(y + i * cell - gap / 2));
    this.#tip.replaceChildren(
      element("b", {}, weight.toFixed(3)),
      element("span", { dir: "auto" }, ` ${rows[i]} → ${columns[j]}`),
    );
    const { root } = this;
    const [tipWidth, outer] = [this.#tip.offsetWidth, root.getBoundingClientRect()];
    const at = event.clientX - outer.left + root.scrollLeft;
    this.#tip.style.left = `${Math.max(0, Math.min(at + 14, root.scrollLeft + outer.width - tipWidth - 4))}px`;
    const below = event.clientY - outer.top + 18;
    this.#tip.style.top = `${below + 34 < outer.height ? below : below - 56}px`;
  }

  /** Sets off a cell and its two labels; with a row of -1, none. */
  #mark(i: number, j: number): void {
    if (this.#grid === undefined) return;
    const { across, down, frame } = this.#grid;
    for (const [row, text] of down.entries()) text.classList.toggle("marked", row === i);
    for (const [column, text] of across.entries()) text.classList.toggle("marked", i >= 0 && column === j);
    frame.setAttribute("visibility", i < 0 ? "hidden" : "visible");
    this.#tip.hidden = i < 0;
  }

  /** The size of the cells, and the place of the first: what the width has room for, and never too small to read. */
  #layout({ rows, columns }: ExplorerMap) {
    this.#measure.font = `bold 13px ${getComputedStyle(this.root).fontFamily}`; // labels are bold below the pointer
    const measure = (text: string) => Math.min(LABEL_LIMIT, this.#measure.measureText(text).width);
    const x = Math.ceil(24 + Math.max(...rows.map(measure)) + GAP);
    const largest = (right: number) =>
      Math.max(16, Math.min(46, Math.floor((this.#width - x - right) / columns.length)));
    const slants = (cell: number) => columns.some((text) => measure(text) > cell - 4);
    const overhang = (cell: number) =>
      Math.ceil(
        Math.max(4, ...columns.map((text, j) => (j + 1 - columns.length) * cell + measure(text) * Math.SQRT1_2)),
      );
    const first = largest(4);
    const cell = slants(first) ? largest(overhang(first)) : first;
    const slanted = slants(cell);
    const fontSize = cell < 18 ? 11 : 13;
    const above = slanted ? (Math.max(...columns.map(measure)) + fontSize) * Math.SQRT1_2 : fontSize * 1.2;
    return { cell, fontSize, slanted, x, y: Math.ceil(20 + above + GAP), right: slanted ? overhang(cell) : 4 };
  }

  /** Cuts a label to the room that it has. */
  #shorten(text: string): string {
    const wide = (shown: string) => this.#measure.measureText(shown).width > LABEL_LIMIT;
    if (!wide(text)) return text;
    const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
    while (letters.length > 1 && wide(`${letters.join("")}…`)) letters.pop();
    return `${letters.join("")}…`;
  }
}
