import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { readResults, resultsMarkdown, resultsTable, withTable } from "./results-table.js";

const root = await temporaryFolder(afterAll);

const result = {
  name: "copy",
  seed: 1,
  quick: false,
  metric: "perplexity",
  value: 1.05,
  test: { perplexity: 1.05, accuracy: 0.5 },
  signatures: [],
  chosen: { weights: "best", search: { size: 1 } },
  validation: [{ weights: "best", search: { size: 1 }, measures: { perplexity: 1.04 } }],
  epochs: [],
  bestEpoch: 1,
  course: [],
  parameters: 12_345,
  sittings: 1,
  wallSeconds: 75,
  cpuSeconds: 20,
  peakMemoryBytes: 200 * 2 ** 20,
  machine: { processor: "A processor", cores: 2, memoryBytes: 0, system: "Linux x64", node: "24.0.0" },
  backend: { backend: "wasm", device: "", precision: "f32", threads: 1, details: {}, fallbacks: [], arithmetic: {} },
  heed: "0.1.0",
  command: "heed reproduce copy --seed 1",
  config: { recipe: "bahdanau", model: {}, data: {}, training: {} },
} as const;

async function writeResult(folder: string, content: unknown): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "result.json"), JSON.stringify(content));
}

it("has one line a seed, in order, without tiny versions, and marks goals that are reached", () => {
  const [heading, ...rows] = resultsTable([
    { ...result, seed: 10, value: 1.2 },
    { ...result, seed: 2 },
    { ...result, quick: true },
  ]);
  const cells = rows.map((row) => Object.fromEntries(heading!.map((name, i) => [name, row[i]])));
  expect(cells.map(({ seed, heed }) => [seed, heed])).toEqual([
    ["2", "**1.0500 perplexity**"],
    ["10", "1.2000 perplexity"],
  ]);
  expect(cells[0]).toMatchObject({
    goal: "≤ 1.09",
    time: "1 min 15 s",
    "CPU time": "20.0 s",
    memory: "200 MiB",
    parameters: "12,345",
    "on validation": "1.0400 perplexity",
    machine: "A processor, 1 of 2 cores, Node 24.0.0",
  });
});

it("says below the table what is particular to a result, and how measures are defined", () => {
  const averaged = { weights: { last: 10 }, search: { size: 5, lengthPenalty: 1 } };
  const text = resultsMarkdown([
    { ...result, signatures: ["chrF2|nrefs:1"] },
    { ...result, seed: 2, chosen: averaged },
  ]);
  expect(text).toContain(
    "Seed 1: weights of the best epoch, greedy. Seed 2: average of the last 10 epochs, beam 5 with",
  );
  expect(text).toContain("\n- `copy`: As published");
  expect(text).toMatch(/\n\n- `chrF2\|nrefs:1`\n$/);
  expect(resultsMarkdown([])).not.toContain("- `copy`");
});

it("replaces what stands between the marks, and nothing else", () => {
  const page = "# Results\n\n<!-- results -->\nold\n<!-- /results -->\n\nEnd.\n";
  expect(withTable("page.md", page, "new\n")).toBe(
    "# Results\n\n<!-- results -->\n\nnew\n\n<!-- /results -->\n\nEnd.\n",
  );
  expect(() => withTable("page.md", "# Results\n", "new\n")).toThrow("page.md must contain a line <!-- results -->");
});

it("heed reproduce --table writes the results of the folder beside a page", async () => {
  const page = join(root, "results.md");
  await writeFile(page, "<!-- results -->\n<!-- /results -->\n");
  await writeResult(join(root, "results", "copy", "seed-1"), result);
  expect(await runCli(["reproduce", "--table", page])).toMatchObject({ code: 0, stderr: "" });
  expect(await readFile(page, "utf8")).toContain("| **1.0500 perplexity** |");
  await writeResult(join(root, "results", "copy", "seed-2"), {});
  const refused = await runCli(["reproduce", "--table", page]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain("must be written by heed reproduce");
});

it("the page of results has the table of its results", async () => {
  const docs = fileURLToPath(new URL("../../../../docs/", import.meta.url));
  const page = await readFile(join(docs, "results.md"), "utf8");
  const table = resultsMarkdown(await readResults(join(docs, "results")));
  expect(withTable("results.md", page, table)).toBe(page);
});
