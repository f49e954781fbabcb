import { describe, expect, it } from "vitest";
import { curve } from "./curve.js";
import { FigureError } from "./figure-error.js";
import { toSvg } from "./to-svg.js";

const train = { name: "train", points: [1, 2, 3].map((x) => ({ x, y: 2 / x })) };
const valid = { name: "검증", points: [1, 2, 3].map((x) => ({ x, y: 3 / x })) };
const labels = { xLabel: "epoch", yLabel: "loss (nats per token)" };

describe("curve", () => {
  it("draws a line, markers and a legend entry for each series, in colours that stay distinct", async () => {
    const svg = await toSvg(curve({ series: [train, valid], ...labels, title: "Loss <copy>" }));
    expect(svg.match(/class="mark-line role-mark/g)).toHaveLength(2);
    for (const text of ["train", "검증", "epoch", "loss (nats per token)", "Loss &lt;copy&gt;"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).toContain("#0072B2");
    expect(svg).toContain("#D55E00");
  });

  it("places larger values higher, and later ones to the right", async () => {
    const svg = await toSvg(curve({ series: [train], ...labels }));
    const path = /class="mark-line[^>]*><path d="([^"]+)"/.exec(svg)?.[1] ?? "";
    const points = [...path.matchAll(/([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    expect(points).toHaveLength(3);
    expect(points[0]!.x).toBeLessThan(points[2]!.x);
    expect(points[0]!.y).toBeLessThan(points[2]!.y); // SVG counts downwards
  });

  it("labels a log scale with round numbers", async () => {
    const points = [1, 2, 3, 4].map((x) => ({ x, y: 10 ** (1 - x) }));
    const svg = await toSvg(curve({ series: [{ name: "a", points }], ...labels, yScale: "log" }));
    for (const tick of ["1", "0.1", "0.01", "0.001"]) expect(svg).toContain(`>${tick}</text>`);
    expect(svg).not.toContain("NaN");
  });

  it.each(["linear", "log"] as const)("draws a lone point on a %s scale", async (yScale) => {
    const svg = await toSvg(curve({ series: [{ name: "a", points: [{ x: 1, y: 5 }] }], ...labels, yScale }));
    expect(svg).not.toContain("NaN");
    const x = /class="mark-symbol role-mark[^>]*><path transform="translate\(([\d.]+),/.exec(svg)?.[1];
    expect(Number(x)).toBeCloseTo(240); // the middle
  });

  it("says in words where the lines go", () => {
    expect(curve({ series: [train], ...labels }).description).toBe(
      "Line chart of loss (nats per token) by epoch: train from 2 at 1 to 0.6667 at 3.",
    );
  });

  it("writes shares as percentages over limits that were given", async () => {
    const accuracy = {
      name: "a",
      points: [
        { x: 5, y: 0.975 },
        { x: 10, y: 0.5 },
      ],
    };
    const figure = curve({
      series: [accuracy],
      xLabel: "length",
      yLabel: "accuracy",
      yFormat: "percent",
      yDomain: [0, 1],
    });
    const svg = await toSvg(figure);
    for (const tick of ["0%", "20%", "100%"]) expect(svg).toContain(`>${tick}</text>`);
    const path = /class="mark-line[^>]*><path d="([^"]+)"/.exec(svg)?.[1] ?? "";
    const ys = [...path.matchAll(/,([-\d.]+)/g)].map(([, y]) => Number(y));
    expect(ys[0]).toBeCloseTo(0.025 * 300);
    expect(ys[1]).toBeCloseTo(150);
    expect(figure.description).toBe("Line chart of accuracy by length: a from 97.5% at 5 to 50% at 10.");
  });

  it("marks a value of x with a labelled line, between and beyond the points", async () => {
    const points = [10, 20].map((x) => ({ x, y: x }));
    const rules = [
      { x: 15, label: "longest length trained on" },
      { x: 30, label: "<b>" },
    ];
    const figure = curve({ series: [{ name: "a", points }], ...labels, rules });
    const svg = await toSvg(figure);
    expect(svg).toContain(">longest length trained on</text>");
    expect(svg).toContain(">&lt;b&gt;</text>");
    const lines = [...svg.matchAll(/<line transform="translate\(([\d.]+),(-?\d+)\)"[^>]*stroke-dasharray/g)];
    // 10 pixels of room on both sides of 10 to 30.
    expect(lines.map(([, x]) => Number(x)).sort((a, b) => a - b)).toEqual([10 + 460 / 4, 470]);
    expect(new Set(lines.map(([, , y]) => y)).size).toBe(2); // each label has a line of its own
    expect(figure.description).toContain("longest length trained on: 15. <b>: 30.");
  });

  const bad: [string, Partial<Parameters<typeof curve>[0]>, string][] = [
    ["no series", { series: [] }, "expected 1 to 7 series, got 0"],
    ["an empty series", { series: [{ name: "train", points: [] }] }, 'series "train": expected at least one point'],
    ["two of one name", { series: [train, train] }, '"train" twice'],
    ["NaN", { series: [{ name: "a", points: [{ x: 1, y: Number.NaN }] }] }, 'series "a", point 0: expected finite'],
    ["a rule nowhere", { rules: [{ x: Number.NaN, label: "r" }] }, 'rule "r": expected a finite x, got NaN'],
    ["limits turned round", { yDomain: [1, 0] }, "yDomain must be two finite numbers, the lower first, got [1, 0]"],
    [
      "a point outside the limits",
      { yDomain: [0, 1] },
      'series "train": expected every y in yDomain [0, 1], got 2 at x = 1',
    ],
    ["limits of 0 on a log scale", { yDomain: [0, 9], yScale: "log" }, "a log scale needs limits above 0"],
    ["0 on a log scale", { series: [{ name: "a", points: [{ x: 1, y: 0 }] }], yScale: "log" }, "y above 0, got 0"],
  ];
  it.each(bad)("refuses %s", (_, options, message) => {
    expect(() => curve({ series: [train], ...labels, ...options })).toThrow(FigureError);
    expect(() => curve({ series: [train], ...labels, ...options })).toThrow(message);
  });
});
