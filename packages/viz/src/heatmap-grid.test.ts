import { describe, expect, it } from "vitest";
import { FigureError } from "./figure-error.js";
import { figureSpec } from "./figure-spec.js";
import { gridLayout, PANEL_GAP } from "./grid-layout.js";
import { heatmapGrid } from "./heatmap-grid.js";
import { lookOf } from "./style.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";

const source = ["나는", "커피를"];
const target = ["i", "drink"];
const head = (
  k: number,
  weights = [
    [1, 0],
    [0, 0.5],
  ],
) => ({ label: `head ${k}`, weights });
const heads = (count: number) => Array.from({ length: count }, (_, k) => head(k + 1));

/** The upper left corners, the side and the colours of the cells as they are drawn. */
function cells(svg: string) {
  const group = /<g class="mark-rect role-mark cells"[^>]*>(.*?)<\/g>/.exec(svg)?.[1] ?? "";
  return [...group.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v[\d.]+[^>]*fill="([^"]+)"/g)].map(
    ([, x, y, side, color]) => ({ x: Number(x), y: Number(y), side: Number(side) + 1, color: color! }), // with the gap,
  );
}

/** Where the texts that say `label` stand. */
function places(svg: string, label: string): { x: number; y: number }[] {
  const found = svg.matchAll(new RegExp(`translate\\(([-\\d.]+),([-\\d.]+)\\)[^>]*>${label}<`, "g"));
  return [...found].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

describe("heatmapGrid", () => {
  it("calls its sides source and target, or what it is told", async () => {
    const tokens = { maps: [{ label: "head 1", weights: [[1]] }], source: ["a"], target: ["b"] };
    expect(await toSvg(heatmapGrid(tokens))).toContain(">source<");
    const svg = await toSvg(heatmapGrid({ ...tokens, axes: { across: "keys", down: "queries" } }));
    expect(svg).toContain(">keys<");
    expect(svg).toContain(">queries<");
    expect(svg).not.toContain(">source<");
  });

  it("draws the cells of each map in its own panel, in the colours of one scale", async () => {
    const maps = [
      head(1),
      head(2, [
        [0, 1],
        [1, 0],
      ]),
    ];
    const drawn = cells(await toSvg(heatmapGrid({ maps, source, target })));
    const side = drawn[0]!.side;
    const [dark, bright, middle] = ["rgb(68, 1, 84)", "rgb(253, 231, 37)", "rgb(33, 145, 141)"]; // #440154 #fde725 #21918d
    expect(drawn.map(({ color }) => color)).toEqual([bright, dark, dark, middle, dark, bright, bright, dark]);
    const second = 2 * side + PANEL_GAP;
    expect(drawn.map(({ x }) => x)).toEqual([0, side, 0, side, second, second + side, second, second + side]);
    expect(drawn.map(({ y }) => y)).toEqual([0, 0, side, side, 0, 0, side, side]);
  });

  it("labels the columns of every map, and the rows at the left of each row of maps", async () => {
    const svg = await toSvg(heatmapGrid({ maps: heads(4), source, target, perRow: 2 }));
    const side = cells(svg)[0]!.side;
    expect(places(svg, "나는").map(({ x }) => x > side)).toEqual([false, true, false, true]);
    expect(places(svg, "drink")).toHaveLength(2);
    expect(places(svg, "drink").every(({ x }) => x < 0)).toBe(true);
    const names = [1, 2, 3, 4].map((k) => places(svg, `head ${k}`)[0]!);
    expect(names[0]!.y).toBe(names[1]!.y);
    expect(names[2]!.y).toBeGreaterThan(names[1]!.y);
    expect(names[2]!.x).toBe(names[0]!.x);
    expect(names[3]!.x).toBe(2 * side + PANEL_GAP);
  });

  it("keeps the names and labels of a row of maps off the cells above, however tall these are", async () => {
    const rows = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const maps = [1, 2].map((k) =>
      head(
        k,
        rows.map(() => [0.5, 0.5]),
      ),
    );
    const svg = await toSvg(heatmapGrid({ maps, source: ["아름다운", "x"], target: rows, perRow: 1 }));
    const drawn = cells(svg);
    const [end, start] = [drawn[15]!.y + drawn[15]!.side, drawn[16]!.y];
    const [name, label] = [places(svg, "head 2")[0]!.y, places(svg, "아름다운")[1]!.y];
    expect(name - 13).toBeGreaterThan(end);
    expect(label).toBeGreaterThan(name);
    expect(label).toBeLessThan(start);
  });

  it("puts every cell on whole pixels, or seams would show between them", () => {
    const figure = heatmapGrid({ maps: heads(3), source: ["아름다운", "a"], target, title: "t" });
    const { top, left } = figureSpec(figure, lookOf({})).padding as { top: number; left: number };
    expect([top % 1, left % 1]).toEqual([0, 0]);
  });

  it("shares one colour scale, up to the largest weight of all maps when asked", async () => {
    const maps = [head(1, [[0.1, 0.2]]), head(2, [[0.4, 0]])];
    const figure = heatmapGrid({ maps, source, target: ["i"], colorMax: "data" });
    expect(figure.colorMax).toBe(0.4);
    const colors = cells(await toSvg(figure)).map(({ color }) => color);
    expect(colors[2]).toBe("rgb(253, 231, 37)");
    expect(colors[1]).toBe("rgb(33, 145, 141)"); // half of the largest
    expect((await toSvg(figure)).match(/<linearGradient/g)).toHaveLength(1);
  });

  it("describes how sharply each map looks, and escapes what it is given", async () => {
    const figure = heatmapGrid({ maps: [{ ...head(1), label: "<b>" }], source, target, title: "A & B" });
    expect(figure.description).toBe(
      "1 heatmaps of attention weight: 2 source tokens across, 2 target tokens down. " +
        "Mean over the rows of the largest weight: <b> 0.75.",
    );
    const svg = await toSvg(figure);
    expect(svg).toContain(">&lt;b&gt;</text>");
    expect(svg).toContain("<title>A &amp; B</title>");
  });

  it("writes a table for each map", async () => {
    const html = await toHtml(heatmapGrid({ maps: heads(2), source, target }));
    expect(html.match(/<table>/g)).toHaveLength(2);
    expect(html).toContain("<caption>head 2</caption>");
    expect(html.match(/<th scope="row">drink<\/th><td>0\.0000<\/td><td>0\.5000<\/td>/g)).toHaveLength(2);
  });

  const wrong: [string, Partial<Parameters<typeof heatmapGrid>[0]>, string][] = [
    ["no map", { maps: [] }, "expected at least one map"],
    ["a map of another shape", { maps: [head(1), head(2, [[1, 0]])] }, 'map "head 2": weights must have one row'],
    [
      "a weight that is none",
      {
        maps: [
          head(1, [
            [1, 2],
            [0, 0],
          ]),
        ],
      },
      'map "head 1": weights row 0 (target "i"), column 1',
    ],
    ["half a map a row", { perRow: 0.5 }, "perRow must be a whole number above 0, got 0.5"],
    ["no width", { width: Number.NaN }, "width must be a number above 0, got NaN"],
  ];
  it.each(wrong)("refuses %s", (_, options, message) => {
    expect(() => heatmapGrid({ maps: heads(1), source, target, ...options })).toThrow(FigureError);
    expect(() => heatmapGrid({ maps: heads(1), source, target, ...options })).toThrow(message);
  });
});

describe("gridLayout", () => {
  it("keeps within the room while cells stay legible, in rows of equal length", () => {
    for (let panels = 1; panels <= 16; panels++) {
      for (const columns of [1, 3, 8, 20]) {
        const { cell, perRow, rows } = gridLayout(panels, columns, 800);
        expect(perRow * columns * cell + (perRow - 1) * PANEL_GAP).toBeLessThanOrEqual(800);
        expect(cell).toBeGreaterThanOrEqual(14);
        expect(perRow * rows).toBeGreaterThanOrEqual(panels);
        expect(perRow * rows - panels).toBeLessThan(rows); // the last row lacks little, never a whole column
      }
    }
  });

  it("keeps a number that was asked for, and wraps", () => {
    expect(gridLayout(48, 20, 800, 8)).toEqual({ cell: 14, perRow: 8, rows: 6 });
    expect(gridLayout(2, 5, 800, 8)).toMatchObject({ perRow: 2, rows: 1 });
    expect(gridLayout(8, 7, 800)).toMatchObject({ perRow: 4, rows: 2 });
  });
});
