import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heatmap } from "./heatmap.js";
import { FigureError, type HeatmapOptions, heatmapSvg } from "./light.js";
import { toSvg } from "./to-svg.js";

const korean: HeatmapOptions = {
  weights: [
    [0.92, 0.05, 0.03],
    [0.08, 0.12, 0.8],
  ],
  source: ["나는", "커피를", "<eos>"],
  target: ["i", "drink"],
  title: "Korean → English",
  reference: ["i", "drink", "coffee"],
};

interface Cell {
  row: number;
  column: number;
  x: number;
  y: number;
  side: number;
  color: string;
}

/** The cells with their tooltips. */
function cells(svg: string): (Cell & { tooltip: string })[] {
  const pattern =
    /<rect data-row="(\d+)" data-column="(\d+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="\5" fill="([^"]+)"><title>([^<]*)<\/title><\/rect>/g;
  return [...svg.matchAll(pattern)].map(([, row, column, x, y, side, color, tooltip]) => ({
    ...{ row: Number(row), column: Number(column), x: Number(x), y: Number(y), side: Number(side) },
    ...{ color: color!, tooltip: tooltip! },
  }));
}

/** Place and colour of the cells as Vega draws them. */
function vegaCells(svg: string): { x: number; y: number; side: number; color: string }[] {
  const [, group] = /<g class="mark-rect role-mark cells"[^>]*>(.*?)<\/g>/.exec(svg)!;
  return [...group!.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v[^>]*fill="([^"]+)"/g)].map(([, x, y, side, color]) => ({
    ...{ x: Number(x), y: Number(y), side: Number(side) },
    color: color!,
  }));
}

/** The drawn words in alphabetical order, as they stand in the XML. */
function words(svg: string): string[] {
  const leaves = [...svg.matchAll(/<(text|tspan)[^>]*>([^<]+)(?:<title>[^<]*<\/title>)?<\/\1>/g)];
  return leaves.map(([, , text]) => text!).sort();
}

/** Width and height of the picture, and where its first cell is. */
function frame(svg: string): (string | undefined)[] {
  const [, translate] = /<g [^>]*transform="(translate\([^)]*\))"/.exec(svg)!;
  return [
    ...["width", "height", "viewBox"].map((name) => new RegExp(`<svg[^>]* ${name}="([^"]*)"`).exec(svg)?.[1]),
    translate,
  ];
}

describe("heatmapSvg", () => {
  const long = "a title that is much longer than the picture is wide, so that it must be broken";
  const drawn: [string, HeatmapOptions][] = [
    ["a title and a reference", korean],
    ["a title of several lines", { ...korean, title: long }],
    ["labels that fit", { weights: [[0.4, 0.6]], source: ["a", "b"], target: ["x"] }],
    ["names of the sides", { ...korean, axes: { across: "keys", down: "queries" }, colorLabel: "head 2" }],
    ["a label that is shortened", { ...korean, target: ["x".repeat(80), "안녕하세요"] }],
    [
      "a scale of its own",
      {
        ...korean,
        weights: [
          [0.1234, 0.2345, 0.4],
          [0, 0.3456, 0.0789],
        ],
        colorMax: 0.4,
      },
    ],
    [
      "many tokens",
      {
        weights: Array.from({ length: 50 }, (_, i) => Array.from({ length: 50 }, (_, j) => Math.exp(-Math.abs(i - j)))),
        source: Array.from({ length: 50 }, (_, j) => `s${j}`),
        target: Array.from({ length: 50 }, (_, i) => `t${i}`),
      },
    ],
  ];
  it.each(drawn)("looks like heatmap: %s", async (_, options) => {
    const [light, vega] = [heatmapSvg(options), await toSvg(heatmap(options))];
    expect(cells(light).map(({ x, y, side, color }) => ({ x, y, side, color }))).toEqual(vegaCells(vega));
    expect(words(light)).toEqual(words(vega));
    expect(frame(light)).toEqual(frame(vega));
    const [name] = /<title>[^<]*<\/title><desc>[^<]*<\/desc>/.exec(vega)!;
    expect(light).toContain(name);
  });

  it("marks each cell with its row and column, and writes the weight into its tooltip", () => {
    const found = cells(heatmapSvg(korean));
    expect(found.map(({ row, column, tooltip }) => `${row} ${column} ${tooltip}`)).toEqual([
      "0 0 i → 나는: 0.920",
      "0 1 i → 커피를: 0.050",
      "0 2 i → &lt;eos&gt;: 0.030",
      "1 0 drink → 나는: 0.080",
      "1 1 drink → 커피를: 0.120",
      "1 2 drink → &lt;eos&gt;: 0.800",
    ]);
  });

  it("leaves room for the longest label", () => {
    const frameOf = (token: string) =>
      frame(heatmapSvg({ ...korean, source: [token, "a", "b"], target: [token, "x"] }));
    const [short, long] = [frameOf("안녕하세"), frameOf("안녕하세요하세")].map((sizes) => sizes.map(Number));
    expect(long![0]! - short![0]!).toBe(39); // three syllables of 13 pixels
    expect(long![1]! - short![1]!).toBe(28); // and as much of a slanted label as stands upright
  });

  it("keeps the whole token of a shortened label as its tooltip", () => {
    const token = "https://example.org/a/very/long/token";
    const svg = heatmapSvg({ weights: [[1]], source: ["a"], target: [token] });
    expect(svg).toMatch(new RegExp(`>https://[^<]*…<title>${token}</title></text>`));
  });

  it("escapes all that it is given", () => {
    const evil = `</text><script>alert("x")</script>&'`;
    const svg = heatmapSvg({
      weights: [[1]],
      source: [evil],
      target: [evil],
      title: evil,
      reference: [evil],
      colorLabel: evil,
      axes: { across: evil, down: evil },
    });
    expect(svg).not.toContain("<script");
    const names = new Set([...svg.matchAll(/<\/?(\w+)/g)].map(([, name]) => name));
    expect([...names].sort()).toEqual(["desc", "g", "rect", "svg", "text", "title", "tspan"]);
    const opened = svg.match(/<\w/g)!.length;
    expect(svg.match(/<\//g)).toHaveLength(opened);
    expect(svg.replace(/&(amp|lt|gt|quot);/g, "")).not.toContain("&");
  });

  it("shows control characters legibly", () => {
    const svg = heatmapSvg({ weights: [[1]], source: ["\u001b[31m\u0000"], target: [" the"] });
    expect(svg).toContain(">␛[31m␀<");
    expect(svg).toContain(">␣the<");
  });

  it.each([
    [1, 20, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [1, 1, ["0.0", "0.5", "1.0"]],
    [0.05, 20, ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]],
    [0.93, 1, ["0.0", "0.5"]],
    [0.3, 20, ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"]],
  ])("numbers a scale up to %d beside %d rows", (colorMax, rows, numbers) => {
    const weights = Array.from({ length: rows }, () => [0]);
    const target = weights.map(() => "x");
    const svg = heatmapSvg({ weights, source: ["a"], target, colorMax });
    const [, group] = /<g font-size="11">(.*?)<\/g>/.exec(svg)!;
    expect([...group!.matchAll(/>([\d.]+)</g)].map(([, text]) => text)).toEqual(numbers);
  });

  it("draws cells of the size that it is given", () => {
    const [first, second] = cells(heatmapSvg(korean, { cellSize: 10 }));
    expect([first!.side, second!.x]).toEqual([10, 10]);
  });

  it("draws any matrix of weights in the colours of heatmap", async () => {
    const weight = fc.integer({ min: 1, max: 997 }).map((part) => part / 997);
    const rows = fc.array(fc.array(weight, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, async (weights) => {
        const options = { weights, source: ["a", "b", "c"], target: weights.map(() => "x"), colorMax: "data" } as const;
        const colors = vegaCells(await toSvg(heatmap(options))).map(({ color }) => color.match(/\d+/g)!.map(Number));
        cells(heatmapSvg(options)).forEach(({ color }, k) => {
          const difference = color.match(/\d+/g)!.map((channel, i) => Math.abs(Number(channel) - colors[k]![i]!));
          expect(Math.max(...difference)).toBeLessThanOrEqual(1); // where a half is rounded
        });
      }),
      { numRuns: 25 },
    );
  });

  it("draws weights of any size", () => {
    for (const smallest of [1e-8, 1e-12, 1e-300, 5e-324]) {
      const svg = heatmapSvg({ weights: [[0, smallest]], source: ["a", "b"], target: ["x"], colorMax: "data" });
      expect(cells(svg).map(({ color }) => color)).toEqual(["rgb(68, 1, 84)", "rgb(253, 231, 37)"]);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });
});

describe("heatmapSvg, given what cannot be drawn", () => {
  const tokens = { source: ["a", "b"], target: ["x", "y"] };
  const wrong: [string, HeatmapOptions, string][] = [
    [
      "a ragged row",
      { ...tokens, weights: [[1, 0], [1]] },
      'heatmapSvg: weights row 1 (target "y") must have one weight',
    ],
    ["too few rows", { ...tokens, weights: [[1, 0]] }, "expected 2 rows, got 1"],
    [
      "NaN",
      {
        ...tokens,
        weights: [
          [1, 0],
          [1, Number.NaN],
        ],
      },
      "expected a number in [0, 1], got NaN",
    ],
    [
      "infinity",
      {
        ...tokens,
        weights: [
          [1, 0],
          [Infinity, 0],
        ],
      },
      "expected a number in [0, 1], got Infinity",
    ],
    ["no tokens", { weights: [], source: [], target: [] }, "0 source and 0 target tokens"],
    [
      "a scale that is too short",
      {
        ...tokens,
        weights: [
          [1, 0],
          [0, 1],
        ],
        colorMax: 0.5,
      },
      "largest weight is 1",
    ],
  ];
  it.each(wrong)("refuses %s", (_, options, message) => {
    expect(() => heatmapSvg(options)).toThrow(FigureError);
    expect(() => heatmapSvg(options)).toThrow(message);
  });

  it.each([0, -1, Number.NaN, Infinity])("refuses cells of %d pixels", (cellSize) => {
    expect(() => heatmapSvg(korean, { cellSize })).toThrow(
      `cellSize must be a positive number of pixels, got ${cellSize}`,
    );
  });
});
