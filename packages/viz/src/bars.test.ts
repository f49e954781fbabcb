import { describe, expect, it } from "vitest";
import { bars } from "./bars.js";
import { FigureError } from "./figure-error.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";

const options: Parameters<typeof bars>[0] = {
  groups: ["고정", "<bahdanau>"],
  series: [
    { name: "seen", values: [0.1, 0] },
    { name: "longer", values: [0.4, null] },
  ],
  groupLabel: "model",
  valueLabel: "repeated tokens",
  valueFormat: "percent",
};

/** The bars as they are drawn, in order of the series. */
function drawn(svg: string) {
  const group = /<g class="mark-rect role-mark bars"[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
  return [...group.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)[^>]*fill="([^"]+)"/g)].map(
    ([, x, y, width, height, fill]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
      fill,
    }),
  );
}

describe("bars", () => {
  it("draws a bar for each value, as long as it says, in the colour of its series", async () => {
    const svg = await toSvg(bars({ ...options, valueMax: 0.8 }));
    const all = drawn(svg);
    expect(all.map(({ width }) => width)).toEqual([440 / 8, 0, 440 / 2, 0]);
    expect(all.map(({ x }) => x)).toEqual([0, 0, 0, 0]);
    expect(all.map(({ fill }) => fill)).toEqual(["#0072B2", "#0072B2", "#D55E00", "#D55E00"]);
    const [seen, , longer] = all;
    expect(longer!.y).toBeGreaterThanOrEqual(seen!.y + seen!.height);
    expect(all[1]!.y).toBeGreaterThanOrEqual(longer!.y + longer!.height); // the next group
  });

  it("writes the number beyond the end of each bar, and a dash where there is none", async () => {
    const svg = await toSvg(bars({ ...options, valueMax: 0.8 }));
    const group = /<g class="mark-text role-mark numbers"[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
    const numbers = [...group.matchAll(/translate\(([\d.]+),[\d.]+\)[^>]*>([^<]+)</g)].map(([, x, text]) => [
      Number(x),
      text,
    ]);
    expect(numbers).toEqual([
      [61, "10.0%"],
      [6, "0.0%"],
      [226, "40.0%"],
      [6, "–"],
    ]);
  });

  it("has a legend for several series, and none for one", async () => {
    const several = await toSvg(bars(options));
    for (const text of ["고정", "&lt;bahdanau&gt;", "seen", "longer", "repeated tokens", "model", "40%"]) {
      expect(several).toContain(`>${text}</text>`);
    }
    const one = await toSvg(bars({ ...options, series: [options.series[0]!] }));
    expect(one).not.toContain(">seen</text>");
  });

  it("ends its axis at a round value", () => {
    const end = (value: number) => bars({ ...options, series: [{ name: "a", values: [value, 0] }] }).valueMax;
    expect([0, 0.0312, 0.4, 7.3, 1234, 99].map(end)).toEqual([1, 0.04, 0.4, 8, 1500, 100]);
  });

  it("says its numbers in words, and as a table", async () => {
    expect(bars(options).description).toBe(
      "Bar chart of repeated tokens. 고정: seen 10.0%, longer 40.0%; <bahdanau>: seen 0.0%, longer –.",
    );
    const html = await toHtml(bars(options));
    expect(html).toContain('<tr><th scope="row">&lt;bahdanau&gt;</th><td>0.0%</td><td>–</td></tr>');
  });

  const wrong: [string, Partial<typeof options>, string][] = [
    ["no group", { groups: [] }, "at least one group"],
    ["no series", { series: [] }, "expected 1 to 7 series, got 0"],
    ["a group twice", { groups: ["a", "a"] }, 'each group, got "a" twice'],
    ["a value too few", { series: [{ name: "a", values: [1] }] }, "expected 2, got 1"],
    [
      "a negative value",
      { series: [{ name: "a", values: [1, -1] }] },
      'group "<bahdanau>": expected a finite number that is not negative',
    ],
    ["nothing but gaps", { series: [{ name: "a", values: [null, null] }] }, "at least one value that is a number"],
    ["a short axis", { valueMax: 0.3 }, "not below the largest value 0.4, got 0.3"],
  ];
  it.each(wrong)("refuses %s", (_, change, message) => {
    expect(() => bars({ ...options, ...change })).toThrow(FigureError);
    expect(() => bars({ ...options, ...change })).toThrow(message);
  });
});
