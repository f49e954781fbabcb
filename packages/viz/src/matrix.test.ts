import { describe, expect, it } from "vitest";
import { FigureError } from "./figure-error.js";
import { formatFixed, formatShort } from "./format-number.js";
import { matrix } from "./matrix.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";

const options: Parameters<typeof matrix>[0] = {
  values: [
    [0.5, 0.75],
    [1, null],
  ],
  rows: ["dot", "additive"],
  columns: ["softmax", "sparsemax"],
  rowLabel: "scorer",
  columnLabel: "normalizer",
  valueLabel: "token accuracy",
  valueFormat: "percent",
};

describe("matrix", () => {
  it("writes each number in its cell, which is coloured by it", async () => {
    const svg = await toSvg(matrix(options));
    const group = (name: string) => new RegExp(`<g class="mark-\\w+ role-mark ${name}"[^>]*>(.*?)</g>`).exec(svg)![1]!;
    const fills = [...group("cells").matchAll(/d="M([\d.]+),([\d.]+)[^>]*fill="([^"]+)"/g)].map((m) => m.slice(1));
    const width = fills[1]![0]!;
    expect(fills).toEqual([
      ["0", "0", "#440154"], // the smallest value: the first colour of viridis
      [width, "0", "#21918c"], // half-way
      ["0", "36", "#fde725"],
      [width, "36", "#eeeeee"],
    ]);
    const numbers = [...group("numbers").matchAll(/translate\(([\d.]+),[\d.]+\)[^>]*fill="([^"]+)"[^>]*>([^<]+)</g)];
    expect(numbers.map(([, , , text]) => text)).toEqual(["50.0%", "75.0%", "100.0%", "–"]);
    expect(numbers.map(([, x]) => Number(x))).toEqual([1, 3, 1, 3].map((half) => (half * Number(width)) / 2));
    expect(numbers[0]![2]).toBe("#ffffff"); // on dark violet
    expect(numbers[2]![2]).toBe("#1a1a1a"); // on yellow
  });

  it("names rows, columns, sides and the colour bar", async () => {
    const svg = await toSvg(matrix({ ...options, title: "A < B" }));
    for (const text of ["dot", "sparsemax", "scorer", "normalizer", "token accuracy", "A &lt; B", "60%"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toContain("NaN");
  });

  it("takes colours over the limits it is given, so that pictures compare", async () => {
    const middle = await toSvg(
      matrix({
        ...options,
        values: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
        colorDomain: [0, 1],
      }),
    );
    expect(middle).toMatch(/fill="(#21918c|rgb\(33, 145, 140\))"/);
    expect(matrix(options).colorDomain).toEqual([0.5, 1]);
  });

  it("draws equal values, which span no scale", async () => {
    const svg = await toSvg(
      matrix({
        ...options,
        values: [
          [2, 2],
          [2, 2],
        ],
        valueFormat: "number",
        digits: 0,
      }),
    );
    expect(svg.match(/>2<\/text>/g)).toHaveLength(4);
    expect(svg).not.toMatch(/NaN|linearGradient/);
  });

  it("says which cells stand out, and writes its numbers as a table", async () => {
    expect(matrix(options).description).toBe(
      "Table of token accuracy: 2 rows (scorer), 2 columns (normalizer). " +
        "Largest: additive with softmax (100.0%); smallest: dot with softmax (50.0%).",
    );
    const html = await toHtml(matrix(options));
    expect(html).toContain('<th scope="col">scorer \\ normalizer</th><th scope="col">softmax</th>');
    expect(html).toContain('<tr><th scope="row">additive</th><td>100.0%</td><td>–</td></tr>');
  });

  const wrong: [string, Partial<typeof options>, string][] = [
    ["no rows", { rows: [], values: [] }, "at least one name in rows"],
    ["a name twice", { columns: ["a", "a"] }, '"a" twice'],
    ["a missing row", { values: [[1, 2]] }, "one row for each of 2 rows, got 1"],
    ["a short row", { values: [[1, 2], [1]] }, 'values row 1 ("additive") must have one value for each column'],
    [
      "NaN",
      {
        values: [
          [1, 2],
          [3, Number.NaN],
        ],
      },
      'column 1 ("sparsemax"): expected a finite number or null, got NaN',
    ],
    [
      "nothing but gaps",
      {
        values: [
          [null, null],
          [null, null],
        ],
      },
      "at least one value that is a number",
    ],
    ["limits too narrow", { colorDomain: [0.6, 1] }, "colorDomain must hold every value, from 0.5 to 1"],
    ["half a digit", { digits: 0.5 }, "digits must be a whole number"],
  ];
  it.each(wrong)("refuses %s", (_, change, message) => {
    expect(() => matrix({ ...options, ...change })).toThrow(FigureError);
    expect(() => matrix({ ...options, ...change })).toThrow(message);
  });
});

describe("numbers", () => {
  it("are written with fixed digits, or short", () => {
    expect(formatFixed(0.97449, "percent", 1)).toBe("97.4%");
    expect(formatFixed(-0.0001, "number", 2)).toBe("0.00");
    expect(formatShort(2 / 3, "number", 4)).toBe("0.6667");
    expect(formatShort(0.5, "percent", 3)).toBe("50%");
  });
});
