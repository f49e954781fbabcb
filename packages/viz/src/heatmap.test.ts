import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FigureError } from "./figure-error.js";
import { figureSpec } from "./figure-spec.js";
import { heatmap } from "./heatmap.js";
import { lookOf } from "./style.js";
import { toSvg } from "./to-svg.js";

/** The cells of a heatmap as they are drawn: place of the top left corner, in cells, and colour. */
function cells(svg: string): { column: number; row: number; color: string }[] {
  const group = /<g class="mark-rect role-mark cells"[^>]*>(.*?)<\/g>/.exec(svg)?.[1] ?? "";
  return [...group.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)[^>]*fill="([^"]+)"/g)].map(
    ([, x, y, width, height, color]) => ({
      column: Number(x) / (Number(width) + 1), // the cell with the gap,
      row: Number(y) / (Number(height) + 1),
      color: color!,
    }),
  );
}

const cellColors = (svg: string): string[] => cells(svg).map(({ color }) => color);

/** The drawn texts, in order, as they stand in the XML. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

describe("heatmap", () => {
  it("calls its sides source and target, or what it is told", async () => {
    const tokens = { weights: [[1]], source: ["a"], target: ["b"] };
    expect(texts(await toSvg(heatmap(tokens)))).toEqual(expect.arrayContaining(["source", "target"]));
    const own = heatmap({ ...tokens, axes: { across: "keys", down: "queries" } });
    const shown = texts(await toSvg(own));
    expect(shown).toEqual(expect.arrayContaining(["keys", "queries"]));
    expect(shown).not.toContain("source");
    expect(own.description).toContain("1 keys tokens across, 1 queries tokens down");
  });

  it("draws one cell for each weight, source across and target down, in the colours of viridis", async () => {
    const weights = [Float32Array.of(0, 1, 0.5), [1, 0, 0]];
    const svg = await toSvg(heatmap({ weights, source: ["a", "b", "c"], target: ["x", "y"] }));
    const [dark, bright, middle] = ["rgb(68, 1, 84)", "rgb(253, 231, 37)", "rgb(33, 145, 141)"]; // #440154 #fde725 #21918d
    const row = (row: number, ...colors: string[]) => colors.map((color, column) => ({ column, row, color }));
    expect(cells(svg)).toEqual([...row(0, dark, bright, middle), ...row(1, bright, dark, dark)]);
    const stops = [...svg.matchAll(/stop-color="([^"]+)"/g)].map(([, color]) => color);
    expect([stops[0], stops.at(-1)]).toEqual([dark, bright]);
    expect(svg).toContain(`fill="url(#${/<linearGradient id="([^"]+)"/.exec(svg)?.[1]})"`);
  });

  it("puts each label in the middle of its column or row", async () => {
    const svg = await toSvg(
      heatmap({
        weights: [
          [1, 0],
          [0, 1],
        ],
        source: ["a", "b"],
        target: ["나", "너"],
      }),
    );
    const place = (label: string) =>
      new RegExp(`translate\\(([-\\d.]+),([-\\d.]+)\\)[^>]*>${label}<`).exec(svg)!.slice(1).map(Number) as [
        number,
        number,
      ];
    expect([place("a")[0], place("b")[0]]).toEqual([22, 66]); // cells of 44
    expect(place("a")[1]).toBeLessThan(0);
    expect(place("나")[0]).toBeLessThan(0);
    expect(place("너")[1] - place("나")[1]).toBeCloseTo(44);
    expect(Math.abs(place("나")[1] - 22)).toBeLessThan(6); // the baseline, a little below the middle
  });

  it("shows repeated tokens each at its own place", async () => {
    const svg = await toSvg(heatmap({ weights: [[0.2, 0.3, 0.5]], source: ["a", "a", "b"], target: ["a"] }));
    expect(texts(svg).filter((text) => text === "a")).toHaveLength(3);
    const places = [...svg.matchAll(/transform="([^"]+)"[^>]*>a</g)].map(([, place]) => place);
    expect(new Set(places).size).toBe(3);
    expect(cellColors(svg)).toHaveLength(3);
  });

  it("escapes tokens and titles", async () => {
    const figure = heatmap({
      weights: [[1]],
      source: ["<eos>"],
      target: [`"&'`],
      title: `<script>alert("x")</script>`,
      reference: ["</svg>"],
    });
    const svg = await toSvg(figure);
    expect(texts(svg)).toContain("&lt;eos&gt;");
    expect(texts(svg)).toContain(`"&amp;'`);
    expect(svg).toContain("reference: &lt;/svg&gt;");
    expect(svg).not.toContain("<script");
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
  });

  it("shows control characters, outer spaces and decomposed Hangul legibly", () => {
    const { source } = heatmap({
      weights: [[1, 0, 0, 0, 0]],
      source: ["\u001b[31m", " the ", "\u1112\u1161\u11ab", "a\u202eb", "\ud800"],
      target: ["x"],
    });
    expect(source).toEqual(["␛[31m", "␣the␣", "한", "ab", "\ufffd"]);
  });

  it("titles the colour bar and names the axes", async () => {
    const svg = await toSvg(heatmap({ weights: [[1]], source: ["a"], target: ["b"] }));
    expect(texts(svg)).toEqual(expect.arrayContaining(["attention weight", "source", "target", "0.0", "1.0"]));
    const other = heatmap({ weights: [[1]], source: ["a"], target: ["b"], colorLabel: "head 2" });
    expect(texts(await toSvg(other))).toContain("head 2");
  });

  it("shortens a long token, and makes room for wide ones", async () => {
    const long = "https://example.com/a/very/long/address";
    const svg = await toSvg(heatmap({ weights: [[1]], source: [long], target: ["b"] }));
    expect(svg.replace(/<desc>.*<\/desc>|<title>.*<\/title>/g, "")).not.toContain(long);
    expect(texts(svg).some((text) => text.startsWith("https://") && text.endsWith("…"))).toBe(true);
    const left = (label: string) =>
      (figureSpec(heatmap({ weights: [[1]], source: ["a"], target: [label] }), lookOf({})).padding as { left: number })
        .left;
    expect(left("마십니다") - left("마")).toBeCloseTo(3 * 13); // three more syllables of one em each
  });

  it("spreads the colours up to the largest weight when asked", async () => {
    const figure = heatmap({ weights: [[0.25, 0]], source: ["a", "b"], target: ["x"], colorMax: "data" });
    expect(figure.colorMax).toBe(0.25);
    expect(cellColors(await toSvg(figure))[0]).toBe("rgb(253, 231, 37)");
    expect(heatmap({ weights: [[0]], source: ["a"], target: ["x"], colorMax: "data" }).colorMax).toBe(1);
  });

  it("describes itself, and is the same every time", async () => {
    const make = () => heatmap({ weights: [[0.25, 0.75]], source: ["나는", "<eos>"], target: ["i"], reference: ["i"] });
    expect(make().description).toBe(
      "Heatmap of attention weight: 2 source tokens across, 1 target tokens down. Largest in each row: i → <eos> (0.75). Reference: i.",
    );
    const svg = await toSvg(make());
    expect(svg).toContain("<desc>Heatmap of attention weight: 2 source");
    expect(await toSvg(make())).toBe(svg);
  });

  it("draws any matrix of weights with its number of cells", async () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([m, n]) =>
      fc.tuple(
        fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n }), {
          minLength: m,
          maxLength: m,
        }),
        fc.array(fc.string({ unit: "grapheme" }), { minLength: n, maxLength: n }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(matrix, async ([weights, source]) => {
        const svg = await toSvg(heatmap({ weights, source, target: weights.map((_, i) => `t${i}`) }));
        expect(cellColors(svg)).toHaveLength(weights.length * source.length);
        expect(svg).not.toContain("NaN");
      }),
      { numRuns: 25 },
    );
  });
});

describe("heatmap, given what cannot be drawn", () => {
  const source = ["a", "b"];
  const target = ["x", "y"];
  const cases: [string, Parameters<typeof heatmap>[0], string][] = [
    ["too few rows", { weights: [[1, 0]], source, target }, "expected 2 rows, got 1"],
    ["a ragged row", { weights: [[1, 0], [1]], source, target }, 'row 1 (target "y")'],
    ["a ragged row, counted", { weights: [[1, 0], [1]], source, target }, "expected 2, got 1"],
    [
      "NaN",
      {
        weights: [
          [1, 0],
          [1, Number.NaN],
        ],
        source,
        target,
      },
      'row 1 (target "y"), column 1 (source "b")',
    ],
    [
      "a weight above 1",
      {
        weights: [
          [1, 1.5],
          [1, 0],
        ],
        source,
        target,
      },
      "expected a number in [0, 1], got 1.5",
    ],
    [
      "a weight below 0",
      {
        weights: [
          [1, -0.5],
          [1, 0],
        ],
        source,
        target,
      },
      "got -0.5",
    ],
    ["no tokens", { weights: [], source, target: [] }, "2 source and 0 target tokens"],
    ["a scale of 0", { weights: [[0]], source: ["a"], target: ["x"], colorMax: 0 }, "in (0, 1], got 0"],
    [
      "a scale that is too short",
      { weights: [[1]], source: ["a"], target: ["x"], colorMax: 0.5 },
      "largest weight is 1",
    ],
  ];
  it.each(cases)("refuses %s", (_, options, message) => {
    expect(() => heatmap(options)).toThrow(FigureError);
    expect(() => heatmap(options)).toThrow(message);
  });

  it("takes rounding noise for what it is", () => {
    expect(heatmap({ weights: [[1.0000001, -1e-7]], source, target: ["x"] }).weights).toEqual([[1, 0]]);
  });
});
