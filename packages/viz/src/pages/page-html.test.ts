import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { FigureError } from "../figure-error.js";
import { saveFigure } from "../node.js";
import { toHtml } from "../to-html.js";
import { attentionAnimation } from "./attention-animation.js";
import { attentionExplorer } from "./attention-explorer.js";
import type { Page } from "./page.js";

const weights = [
  [0.25, 0.75],
  [1 / 3, 2 / 3],
];
const source = ["나는", "</script><!--<b>"];
const target = ["i", "drink"];
const map = { name: "cross", layer: 1, head: 1, rows: target, columns: source, weights } as const;
const animation = (more: Partial<Parameters<typeof attentionAnimation>[0]> = {}) =>
  attentionAnimation({ source, target, maps: [{ label: "head 1", weights }], ...more });

/** The data of a page, read as a browser does: up to the first end of the element. */
function dataOf(html: string): Record<string, unknown> {
  const [, json] = /<script type="application\/json" id="page">(.*?)<\/script/is.exec(html)!;
  return JSON.parse(json!) as Record<string, unknown>;
}

const pages: [string, (title: string) => Page][] = [
  ["animation", (title) => animation({ title })],
  ["explorer", (title) => attentionExplorer({ maps: [map], title })],
];

describe.each(pages)("the page of an %s", (kind, make) => {
  it("holds all that it needs, and may load nothing", async () => {
    const html = await toHtml(make("제목 & <title>"), { lang: "ko" });
    expect(html).toMatch(/^<!doctype html>\n<html lang="ko">/);
    expect(html).toContain("<title>제목 &amp; &lt;title&gt;</title>");
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/\ssrc=|<link|@import|url\((?!#)|<iframe/);
  });

  it("carries its tokens and weights whole, whatever a token says", async () => {
    const html = await toHtml(make("t"));
    expect(html.match(/<\/script/gi)).toHaveLength(2); // the data, and the program
    expect(html).not.toContain("<!--");
    const { kind: carried, colors, maps } = dataOf(html);
    expect(carried).toBe(kind);
    expect((maps as { weights: unknown }[])[0]!.weights).toEqual([
      [0.25, 0.75],
      [0.3333, 0.6667],
    ]);
    expect(JSON.stringify(dataOf(html))).toContain(JSON.stringify(source));
    expect([(colors as string[])[0], (colors as string[]).at(-1)]).toEqual(["#440154", "#fde725"]);
  });

  it("is saved as HTML, and as nothing else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "heed-viz-"));
    try {
      await saveFigure(make("t"), join(folder, "a.HTML"), { lang: "ko" });
      expect(await readFile(join(folder, "a.HTML"), "utf8")).toBe(await toHtml(make("t"), { lang: "ko" }));
      await expect(saveFigure(make("t"), join(folder, "a.png"))).rejects.toThrow(/interactive page .*\.html, got/);
      expect(await readdir(folder)).toEqual(["a.HTML"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("the embedded scripts are those of the sources", () => {
  const script = fileURLToPath(new URL("../../scripts/build-pages.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
});

describe("attentionAnimation", () => {
  it("shows tokens legibly", () => {
    expect(animation({ target: ["\u001b", " a"] }).target).toEqual(["␛", "␣a"]);
    expect(animation({ reference: [" b"] }).reference).toEqual(["␣b"]);
  });

  const wrong: [string, Parameters<typeof animation>[0], string][] = [
    ["no map", { maps: [] }, "expected at least one map"],
    [
      "two maps of one label",
      {
        maps: [
          { label: "a", weights },
          { label: "a", weights },
        ],
      },
      '"a" twice',
    ],
    ["a map of another shape", { maps: [{ label: "a", weights: [[1, 0]] }] }, 'map "a": weights must have one row'],
    ["no target", { target: [] }, "2 source and 0 target tokens"],
  ];
  it.each(wrong)("refuses %s", (_, options, message) => {
    expect(() => animation(options)).toThrow(FigureError);
    expect(() => animation(options)).toThrow(message);
  });
});

describe("attentionExplorer", () => {
  it("sorts by name, layer and head, as numbers", () => {
    const own = { ...map, name: "encoder", rows: source } as const;
    const places = [own, { ...map, layer: 10 }, { ...map, layer: 2, head: 2 }, { ...map, layer: 2 }];
    const { maps } = attentionExplorer({ maps: places });
    expect(maps.map(({ name, layer, head }) => `${name} ${layer} ${head}`)).toEqual([
      "cross 2 1",
      "cross 2 2",
      "cross 10 1",
      "encoder 1 1",
    ]);
  });

  const wrong: [string, Parameters<typeof attentionExplorer>[0]["maps"], string][] = [
    ["no map", [], "expected at least one map"],
    ["a head twice", [map, map], "cross layer 1, head 1 comes twice"],
    ["half a layer", [{ ...map, layer: 0.5 }], "layer and head must be whole numbers"],
    ["an unknown name", [{ ...map, name: "self" as "cross" }], 'among cross, encoder, decoder, got "self"'],
    ["a short row", [{ ...map, weights: [[1, 0], [1]] }], 'cross layer 1, head 1: weights row 1 (row "drink")'],
  ];
  it.each(wrong)("refuses %s", (_, maps, message) => {
    expect(() => attentionExplorer({ maps })).toThrow(FigureError);
    expect(() => attentionExplorer({ maps })).toThrow(message);
  });
});
