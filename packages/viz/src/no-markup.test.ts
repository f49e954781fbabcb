import { array, assert, asyncProperty, constantFrom, oneof, string } from "fast-check";
import { expect, it } from "vitest";
import type { Figure } from "./figure.js";
import { heatmap } from "./heatmap.js";
import { heatmapGrid } from "./heatmap-grid.js";
import { heatmapSvg } from "./heatmap-svg.js";
import { attentionExplorer } from "./pages/attention-explorer.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";
import { toTerminal } from "./to-terminal.js";
import { tree } from "./tree.js";

const attacks = constantFrom(
  ...[
    "<script>alert(1)</script>",
    "</text><script>",
    "]]>",
    "<!--",
    "-->",
    "&lt;b&gt;",
    '"onload="x',
    "'><b>",
    "</title>",
  ],
  ...["\u001b[31m", "\u009b2J", "\r\n", "\u202e", "\u0000", "\ud800", "\u2028", "<img src=x onerror=x>", "</style><b>"],
);
const tokens = array(oneof(attacks, string({ unit: "binary", minLength: 1, maxLength: 12 })), {
  minLength: 2,
  maxLength: 2,
});

/** The tags of a text, without attributes; names of elements that a token could add would be among them. */
const tags = (markup: string): string[] => [...markup.matchAll(/<(\/?[a-zA-Z!?][^\s>/]*)/g)].map(([, name]) => name!);
const weights = [
  [1, 0],
  [0, 1],
];
const figures = ([a, b]: readonly string[]): Figure[] => {
  const sides = { source: [a!, b!], target: [b!, a!], title: a! };
  return [
    heatmap({ weights, ...sides, reference: [a!] }),
    heatmapGrid({ maps: [{ label: b!, weights }], ...sides }),
    tree({ root: a!, nodes: [{ label: b!, note: a!, parent: -1 }], title: b! }),
  ];
};

it("writes no token as an element or attribute of SVG and HTML", async () => {
  const plain = await Promise.all(figures(["aa", "bb"]).flatMap((figure) => [toSvg(figure), toHtml(figure)]));
  await assert(
    asyncProperty(tokens, async (pair) => {
      const drawn = await Promise.all(figures(pair).flatMap((figure) => [toSvg(figure), toHtml(figure)]));
      for (const [i, markup] of drawn.entries()) {
        const names = new Set(tags(plain[i]!));
        // Long titles are broken into lines, and an empty text is left out: the kinds of elements are the same.
        expect(tags(markup).filter((name) => !names.has(name) && !/^\/?tspan$/.test(name))).toEqual([]);
        expect(markup).not.toMatch(/<[^>]*\son\w+\s*=/i);
        expect(markup).not.toMatch(/(?!\n)\p{Cc}|[\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u);
      }
      const light = heatmapSvg({ weights, source: pair, target: pair, title: pair[0]! });
      expect(new Set(tags(light).map((name) => name.replace("/", "")))).toEqual(
        new Set(["svg", "title", "desc", "rect", "g", "text", "tspan"]),
      );
    }),
    { numRuns: 25 },
  );
});

it("writes no token as an element of an interactive page", async () => {
  const page = (pair: readonly string[]) =>
    toHtml(attentionExplorer({ maps: [{ name: "cross", layer: 1, head: 1, rows: pair, columns: pair, weights }] }));
  const plain = tags(await page(["aa", "bb"])).length;
  await assert(
    asyncProperty(tokens, async (pair) => {
      expect(tags(await page(pair))).toHaveLength(plain);
    }),
    { numRuns: 25 },
  );
});

it("writes no token as a command to a terminal", async () => {
  await assert(
    asyncProperty(tokens, async (pair) => {
      for (const figure of figures(pair)) {
        const colors = new RegExp(`${String.fromCharCode(27)}\\[(?:38;2;\\d+;\\d+;\\d+|0)m`, "g");
        expect(toTerminal(figure, { color: true }).replace(colors, "")).not.toMatch(
          /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u,
        );
      }
    }),
    { numRuns: 50 },
  );
});
