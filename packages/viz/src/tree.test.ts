import { describe, expect, it } from "vitest";
import { FigureError } from "./figure-error.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";
import { toTerminal } from "./to-terminal.js";
import { tree } from "./tree.js";
import { treeLayout } from "./tree-layout.js";

const options: Parameters<typeof tree>[0] = {
  root: "<sos>",
  nodes: [
    { label: "i", note: "0.90", parent: -1, chosen: true },
    { label: "we", note: "0.10", parent: -1 },
    { label: "drink", note: "0.70", parent: 0, chosen: true },
    { label: "eat", note: "0.20", parent: 0 },
    { label: "<eos>", parent: 2, chosen: true },
  ],
  title: "커피 & tea",
};

describe("tree", () => {
  it("gives each end a row, and puts a node between its children, right of its parent", () => {
    const { places, root, rows } = treeLayout(tree(options).nodes);
    expect(rows).toBe(3);
    expect(places).toEqual([
      { column: 1, row: 0.5 },
      { column: 1, row: 2 },
      { column: 2, row: 0 },
      { column: 2, row: 1 },
      { column: 3, row: 0 },
    ]);
    expect(root).toEqual({ column: 0, row: 1.25 });
  });

  it("draws an edge for each node, the highlighted path in colour and above the others", async () => {
    const svg = await toSvg(tree(options));
    const group = /<g class="mark-path role-mark edges"[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
    const colors = [...group.matchAll(/stroke="([^"]+)"/g)].map(([, color]) => color);
    expect(colors).toEqual(["#b8b8b8", "#b8b8b8", "#0072B2", "#0072B2", "#0072B2"]);
    for (const text of ["&lt;sos&gt;", "drink", "0.70", "커피 &amp; tea"]) expect(svg).toContain(text);
    expect(svg).toContain("Tree of 5 nodes with 3 ends. Highlighted: i drink &lt;eos&gt;.");
  });

  it("lists the paths as a table, and draws lines in a terminal", async () => {
    const html = await toHtml(tree(options));
    expect(html).toContain('<th scope="row">&lt;sos&gt; i drink &lt;eos&gt;</th><td></td><td>yes</td>');
    expect(toTerminal(tree(options), { color: false }).split("\n")).toEqual([
      "커피 & tea",
      "",
      "<sos>",
      "├ i 0.90 *",
      "│ ├ drink 0.70 *",
      "│ │ <eos> *",
      "│ └ eat 0.20",
      "└ we 0.10",
      "",
    ]);
    expect(toTerminal(tree(options), { color: true })).toContain("\u001b[38;2;0;114;178mi 0.90 *");
  });

  it.each([
    [[], /expected at least one node, got none/],
    [[{ label: "a", parent: 0 }], /the parent of node 0 must be an integer from -1 to -1, got 0/],
    [[{ label: "a", parent: -2 }], /got -2/],
  ])("refuses %j", (nodes, message) => {
    expect(() => tree({ root: "r", nodes })).toThrow(FigureError);
    expect(() => tree({ root: "r", nodes })).toThrow(message);
  });
});
