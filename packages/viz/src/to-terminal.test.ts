import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { bars } from "./bars.js";
import { curve } from "./curve.js";
import { heatmap } from "./heatmap.js";
import { heatmapGrid } from "./heatmap-grid.js";
import { matrix } from "./matrix.js";
import { toTerminal } from "./to-terminal.js";

const ESC = "\u001b";
const identity = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
/** Column at which each line's first cell stands. */
const cellColumn = (lines: string[]) => lines.map((line) => stringWidth(line.slice(0, line.search(/[·░▒▓█]/))));

describe("toTerminal of a heatmap", () => {
  it("shows weights as shades below their source tokens", () => {
    const text = toTerminal(
      heatmap({
        weights: [
          [1, 0],
          [0.5, 0.5],
        ],
        source: ["a", "b"],
        target: ["x", "y"],
      }),
      { color: false },
    );
    expect(text).toBe("   a  b\nx ███···\ny ▒▒▒▒▒▒\n\nattention weight  0 ·░▒▓█ 1\n");
  });

  it("stays aligned with Hangul, combining marks and emoji", () => {
    const target = ["마십니다", "e\u0301te\u0301", "<eos>", "😀"];
    const text = toTerminal(heatmap({ weights: identity(4), source: ["나는", "c", "한", "<eos>"], target }), {
      color: false,
    });
    const rows = text.split("\n").slice(1, 5);
    expect(cellColumn(rows)).toEqual([9, 9, 9, 9]);
    expect(rows.map((row) => stringWidth(row))).toEqual([33, 33, 33, 33]);
    expect(rows[0]).toBe(`마십니다 ${"█".repeat(6)}${"·".repeat(18)}`);
    expect(text).toContain("나는");
  });

  it("writes tokens downwards where they do not fit beside each other", () => {
    const source = ["나는", "매일", "<eos>"].flatMap((token) => Array.from({ length: 5 }, () => token));
    const text = toTerminal(heatmap({ weights: identity(15), source, target: source }), { color: false, width: 52 });
    const lines = text.split("\n");
    expect(lines[4]).toBe(`${" ".repeat(6)}는 는 는 는 는 일 일 일 일 일 >  >  >  >  >`);
    expect(lines[5]).toBe(`${" ".repeat(1)}나는 ███${"·".repeat(42)}`);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(52);
  });

  it("cuts a picture wider than the terminal into parts that show every cell once", () => {
    const tokens = Array.from({ length: 50 }, (_, i) => `w${i}`);
    const text = toTerminal(heatmap({ weights: identity(50), source: tokens, target: tokens }), {
      color: false,
      width: 60,
    });
    expect(Math.max(...text.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(60);
    expect(text).toContain("source 1–28 of 50");
    expect(text).toContain("source 29–50 of 50");
    expect(text.match(/█/g)).toHaveLength(2 * 50 + 1); // and one in the legend
  });

  it("paints cells in viridis, and nothing else", () => {
    const figure = heatmap({ weights: [[0, 1]], source: ["a", "b"], target: ["x"], reference: ["x"], title: "t" });
    const text = toTerminal(figure, { color: true });
    expect(text).toContain(`x ${ESC}[38;2;68;1;84m███${ESC}[0m${ESC}[38;2;253;231;37m███${ESC}[0m\n`);
    expect(text).toContain("\nreference: x\n");
    expect(toTerminal(figure, { color: false })).not.toContain(ESC);
  });

  it("lets no token command the terminal", () => {
    const figure = heatmap({ weights: [[1]], source: [`${ESC}[2J`], target: ["a\nb"], title: `${ESC}]0;x\u0007` });
    expect(toTerminal(figure, { color: false })).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it("refuses a width that nothing fits in", () => {
    const figure = heatmap({ weights: [[1]], source: ["a"], target: ["b"] });
    expect(() => toTerminal(figure, { color: false, width: 10 })).toThrow(/at least 40 columns, got 10/);
  });
});

describe("toTerminal of a curve", () => {
  const falling = Array.from({ length: 10 }, (_, i) => ({ x: i + 1, y: 10 - i }));
  const figure = curve({ series: [{ name: "훈련", points: falling }], xLabel: "에폭", yLabel: "loss", title: "t" });

  it("draws the line from the top left to the bottom right, over its limits", () => {
    const lines = toTerminal(figure, { color: false, width: 60 }).split("\n");
    const plot = lines.filter((line) => /[│┤]/.test(line));
    expect(plot[0]).toMatch(/^ 10 ┤•/);
    expect(plot.at(-1)).toMatch(/^ {2}1 ┤ +•+$/);
    expect(plot.join("").match(/•/g)).toHaveLength(60 - 3 - 3); // a mark in every column
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(60);
    expect(lines).toContain("• 훈련");
  });

  it("draws a lone point, and a log scale", () => {
    const lone = curve({ series: [{ name: "a", points: [{ x: 1, y: 1 }] }], xLabel: "x", yLabel: "y" });
    expect(toTerminal(lone, { color: false })).toMatch(/┤•/);
    const log = curve({
      series: [
        {
          name: "a",
          points: [
            { x: 0, y: 100 },
            { x: 1, y: 1 },
          ],
        },
      ],
      xLabel: "x",
      yLabel: "y",
      yScale: "log",
    });
    expect(toTerminal(log, { color: true })).toContain(`${ESC}[38;2;0;114;178m●${ESC}[0m`);
    expect(toTerminal(log, { color: false })).toMatch(/^ 10 ┤/m); // half-way down
  });

  it("marks rules, and writes percentages up to the limits that were given", () => {
    const accuracy = curve({
      series: [{ name: "a", points: [0, 4].map((x) => ({ x, y: 0.5 })) }],
      xLabel: "length",
      yLabel: "accuracy",
      yFormat: "percent",
      yDomain: [0, 1],
      rules: [{ x: 3, label: "longest" }],
    });
    const lines = toTerminal(accuracy, { color: false, width: 60 }).split("\n");
    expect(lines[1]).toMatch(/^100% ┤ +┊$/);
    expect(lines[1]!.indexOf("┊")).toBe(6 + Math.round((60 - 4 - 3 - 1) * 0.75));
    expect(lines).toContain("┊ longest (3)");
    expect(lines.some((line) => /^ {2}0% ┤/.test(line))).toBe(true);
    expect(lines.filter((line) => line.includes("•"))).toHaveLength(2); // the line, and its name
  });
});

describe("toTerminal of several heatmaps", () => {
  const maps = (count: number, side: number) =>
    Array.from({ length: count }, (_, k) => ({ label: `head ${k + 1}`, weights: identity(side) }));

  it("puts them side by side, each below its name", () => {
    const figure = heatmapGrid({ maps: maps(2, 2), source: ["a", "b"], target: ["x", "y"], title: "t" });
    expect(toTerminal(figure, { color: false, width: 60 })).toBe(
      [
        "t",
        "",
        "  head 1   head 2",
        "  a  b     a  b",
        "x ███···   ███···",
        "y ···███   ···███",
        "",
        "attention weight  0 ·░▒▓█ 1",
        "",
      ].join("\n"),
    );
  });

  it.each([40, 60, 100])("stays aligned and within %i columns", (width) => {
    const source = ["나는", "매일", "e\u0301te\u0301", "<eos>", "커피를"];
    const text = toTerminal(heatmapGrid({ maps: maps(8, 5), source, target: source }), { color: false, width });
    const lines = text.split("\n");
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
    expect(text.match(/█+/g)).toHaveLength(8 * 5 + 1);
    const rows = lines.filter((line) => /[·█].*[·█]/.test(line) && !line.startsWith("attention"));
    expect(new Set(cellColumn(rows))).toEqual(new Set([7]));
    expect([...text.matchAll(/head \d/g)].map(([name]) => name)).toEqual(maps(8, 5).map(({ label }) => label));
  });

  it("narrows its cells rather than breaking a row, where no wide character needs them", () => {
    const letters = ["a", "b", "c", "d", "e", "f"];
    const grid = heatmapGrid({ maps: maps(4, 6), source: letters, target: letters, perRow: 4 });
    const lines = toTerminal(grid, { color: false, width: 60 }).split("\n");
    expect(lines[2]).toBe(`a ${Array.from({ length: 4 }, () => "██··········").join("   ")}`);
    const wide = heatmapGrid({ maps: maps(4, 6), source: [...letters.slice(1), "한"], target: letters });
    expect(toTerminal(wide, { color: false, width: 60 }).split("\n")[2]).toBe(
      `a ${Array.from({ length: 2 }, () => "███···············").join("   ")}`,
    );
  });

  it("keeps a number a row, and goes one after another where not even one fits", () => {
    const tokens = ["a", "b", "c"];
    const two = toTerminal(heatmapGrid({ maps: maps(4, 3), source: tokens, target: tokens, perRow: 2 }), {
      color: false,
    });
    expect(two.match(/head \d/g)).toHaveLength(4);
    expect(two.split("\n").filter((line) => line.includes("head"))).toHaveLength(2);
    const many = Array.from({ length: 40 }, (_, i) => `w${i}`);
    const text = toTerminal(heatmapGrid({ maps: maps(2, 40), source: many, target: many }), {
      color: false,
      width: 50,
    });
    expect(text.split("\n").filter((line) => line.startsWith("head"))).toEqual(["head 1", "head 2"]);
    expect(text.match(/█+/g)).toHaveLength(2 * 40 + 1);
    expect(Math.max(...text.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(50);
  });
});

describe("toTerminal of a matrix and of bars", () => {
  it("writes a matrix as a table", () => {
    const figure = matrix({
      values: [
        [0.5, 1],
        [0.25, null],
      ],
      rows: ["dot", "가산"],
      columns: ["softmax", "cos"],
      rowLabel: "scorer",
      columnLabel: "norm",
      valueLabel: "accuracy",
      valueFormat: "percent",
    });
    expect(toTerminal(figure, { color: false })).toBe(
      [
        "accuracy",
        "scorer \\ norm  softmax      cos",
        "─".repeat(31),
        "dot              50.0%   100.0%",
        "가산             25.0%        –",
        "",
      ].join("\n"),
    );
    expect(toTerminal(figure, { color: true })).toContain(`100.0% ${ESC}[38;2;253;231;37m■${ESC}[0m`);
  });

  it("continues a wide matrix below", () => {
    const columns = Array.from({ length: 12 }, (_, i) => `column-${i}`);
    const figure = matrix({
      values: [columns.map((_, i) => i)],
      rows: ["r"],
      columns,
      rowLabel: "a",
      columnLabel: "b",
      valueLabel: "v",
      digits: 0,
    });
    const text = toTerminal(figure, { color: true, width: 50 });
    expect(Math.max(...text.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(50);
    expect(columns.every((name) => text.split(name).length === (name === "column-1" ? 4 : 2))).toBe(true);
  });

  const figure = bars({
    groups: ["고정", "b"],
    series: [
      { name: "seen", values: [0.5, 0] },
      { name: "longer", values: [1, null] },
    ],
    groupLabel: "model",
    valueLabel: "rate",
    valueMax: 1,
    digits: 1,
  });

  it("draws bars as long as their values, told apart with and without colour", () => {
    const plain = toTerminal(figure, { color: false, width: 50 }).split("\n");
    const room = 50 - 4 - 2 - 3 - 1;
    expect(plain.slice(0, 6)).toEqual([
      "rate",
      `고정 │${"█".repeat(room / 2)} 0.5`,
      `     │${"▒".repeat(room)} 1.0`,
      "",
      "b    │ 0.0",
      "     │ –",
    ]);
    expect(plain).toContain("▒ longer");
    const colored = toTerminal(figure, { color: true, width: 50 });
    expect(colored).toContain(`${ESC}[38;2;213;94;0m${"█".repeat(room)}${ESC}[0m 1.0`);
    expect(colored).not.toContain("▒");
  });
});
