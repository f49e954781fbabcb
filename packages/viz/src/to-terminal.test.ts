import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { curve } from "./curve.js";
import { heatmap } from "./heatmap.js";
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
    expect(plot[0]).toMatch(/^ {2}10 ┤•/);
    expect(plot.at(-1)).toMatch(/^ {3}1 ┤ +•+$/);
    expect(plot.join("").match(/•/g)).toHaveLength(60 - 4 - 3); // a mark in every column
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
    expect(toTerminal(log, { color: false })).toMatch(/^8\.\d+ ┤|^11.* ┤/m); // near 10 half-way down
  });
});
