import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);
const attend = (model: string, ...more: string[]): ReturnType<typeof runCli> =>
  runCli(["attend", "a b c", "--model", place(model), ...more]);

beforeAll(async () => {
  const small = tinyTask.map((argument) => (argument === "model.embeddingSize=8" ? "model.heads=2" : argument));
  for (const recipe of ["transformer", "multi-head"]) {
    const { stderr } = await runCli(["train", recipe, ...small, "--out", place(recipe)]);
    expect(stderr).toBe("");
  }
  await runCli(["train", "copy", ...tinyTask, "--out", place("copy")]);
}, 60_000);

describe("heed attend, of several heads", () => {
  it("shows the heads of the last layer side by side, or the one that is asked for", async () => {
    const all = await attend("transformer");
    expect(all.stderr).toBe("");
    expect(all.stdout).toMatch(/cross attention,\s+layer\s+2\n/);
    expect(all.stdout).toMatch(/head 1 +head 2/);
    const one = await attend("transformer", "--layer", "1", "--head", "2");
    expect(one.stdout).toMatch(/cross attention, layer 1,\s+head 2\n/);
    const mean = await attend("transformer", "--view", "heatmap", "--kind", "decoder");
    expect(mean.stdout).toMatch(/decoder attention, layer 2,\s+mean\s+of\s+the\s+heads\n/);
    expect(mean.stdout).toMatch(/<sos>/);
    // A recurrent decoder has one layer that attends: there is no place to name.
    expect((await attend("multi-head")).stdout).toMatch(/”\n\n.*head 1 +head 2/);
    expect((await attend("copy")).stdout).not.toMatch(/head|layer/);
  });

  it("is told whole with --json", async () => {
    const event = (await attend("transformer", "--json")).events().find(({ event }) => event === "attention");
    const maps = event?.maps as {
      kind: string;
      layer: number;
      heads: number[][][];
      queries: string[];
      keys: string[];
    }[];
    expect(maps.map(({ kind, layer }) => `${kind} ${layer}`).sort()).toEqual(
      ["cross", "decoder", "encoder"].flatMap((kind) => [`${kind} 1`, `${kind} 2`]),
    );
    for (const { heads, queries, keys } of maps) {
      expect(heads).toHaveLength(2);
      for (const rows of heads) {
        expect(rows).toHaveLength(queries.length);
        for (const row of rows) {
          expect(row).toHaveLength(keys.length);
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
        }
      }
    }
  });

  it("draws a page for .html: word by word, or all layers of a Transformer", async () => {
    const drawn = async (model: string, ...more: string[]): Promise<string> => {
      const out = place("page.html");
      const { code, stdout } = await attend(model, "--out", out, ...more);
      expect(code).toBe(0);
      expect(stdout).toMatch(/page\.html/);
      return await readFile(out, "utf8");
    };
    const explorer = /encoder self-attention/;
    const animation = /space plays and pauses/;
    expect(await drawn("transformer")).toMatch(explorer);
    expect(await drawn("copy")).toMatch(animation);
    expect(await drawn("transformer", "--view", "animation", "--layer", "1", "--head", "1")).toMatch(animation);
    const still = await drawn("transformer", "--view", "heads");
    expect(still).toMatch(/<svg/);
    expect(still).not.toMatch(explorer);
    expect(await drawn("transformer", "--head", "2")).toMatch(/layer 2, head 2/);
  });

  it.each([
    [["--layer", "3"], /--layer 3: this model has layers 1 to 2 of cross attention\./],
    [["--head", "3"], /--head 3: this layer has heads 1 to 2\./],
    [
      ["--view", "animation"],
      /--view animation is a page for a browser: name its file, such as --out attention\.html\./,
    ],
    [["--view", "layers", "--out", "a.png"], /--view layers is a page/],
    [["--view", "layers", "--out", "a.html", "--layer", "1"], /shows all layers and heads: leave out --layer 1\./],
    [["--view", "heads", "--head", "1"], /--view heads shows all heads: leave out --head 1\./],
    [["--view", "forest"], /Allowed choices are heatmap, heads, animation, layers, tree\./],
    [["--view", "tree"], /--view tree shows a beam: add --beam 5\./],
    [["--view", "tree", "--beam", "2", "--head", "1"], /--view tree shows no attention: leave out --head 1\./],
    [["--hypothesis", "2"], /--hypothesis must be at most --beam, which is not given, got 2\./],
    [["--hypothesis", "4", "--beam", "3"], /--hypothesis must be at most --beam, which is 3, got 4\./],
    [["--beam", "99"], /--beam must be at most the size of the target vocabulary/],
    [["--kind", "self"], /Allowed choices are cross, encoder, decoder\./],
    [["--head", "0"], /'0' is invalid/],
  ])("refuses %j", async (more, message) => {
    const { code, stdout, stderr } = await attend("transformer", ...more);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("says which attention a model has", async () => {
    expect((await attend("copy", "--kind", "encoder")).stderr).toMatch(
      /--kind encoder: this model has no such attention; it has cross\./,
    );
    expect((await attend("copy", "--layer", "2")).stderr).toMatch(/--layer 2: this model has one layer of cross/);
  });
});

describe("heed attend, of a beam", () => {
  const attentionOf = async (...more: string[]) =>
    (await attend("copy", "--beam", "3", "--json", ...more)).events().find(({ event }) => event === "attention")!;

  it("shows any hypothesis with its own weights", async () => {
    const { hypotheses } = await attentionOf("--hypothesis", "3");
    const found = hypotheses as { text: string; tokens: string[] }[];
    expect(found).toHaveLength(3);
    for (const rank of [1, 2, 3]) {
      const { text, target, weights } = await attentionOf("--hypothesis", `${rank}`);
      expect([text, target]).toEqual([found[rank - 1]!.text, found[rank - 1]!.tokens]);
      expect(weights).toHaveLength((target as string[]).length);
    }
    expect((await attend("copy", "--beam", "3", "--hypothesis", "2")).stdout).toContain(`→ “${found[1]!.text}”`);
  });

  it("shows the beam as a tree, in the terminal, as SVG and as HTML; also without attention", async () => {
    const { target } = await attentionOf("--hypothesis", "2");
    for (const name of ["tree.svg", "tree.html"]) {
      const tree = ["--beam", "3", "--hypothesis", "2", "--view", "tree", "--out", place(name)];
      const { code, stdout } = await attend("copy", ...tree);
      expect(code).toBe(0);
      const chosen = [...stdout.matchAll(/(\S+) \d\.\d\d \*$/gm)].map(([, token]) => token);
      expect(chosen).toEqual(target);
      expect(await readFile(place(name), "utf8")).toMatch(/<svg.*Highlighted/s);
    }
    await runCli(["train", "fixed-context", ...tinyTask, "--out", place("fixed")]);
    expect((await attend("fixed", "--beam", "2", "--view", "tree")).stdout).toMatch(/^<sos>$/m);
  });
});
