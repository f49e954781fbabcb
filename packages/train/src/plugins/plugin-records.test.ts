import { mkdir, readFile, writeFile } from "node:fs/promises";
import { defineScorer } from "@heed/attention";
import { cpu, matmul, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { listener, ownRecipe, temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { translate } from "../inference/translate.js";
import { loadRun, readPlugins, train } from "../node.js";
import { MissingPluginError } from "./missing-plugin-error.js";

const mine = defineScorer({
  name: "mine",
  shapes: "b q d, b k d -> b q k",
  formula: "2 s · h",
  reference: "none",
  score: (_, query, keys) => matmul(query, keys, { transposeB: true }).mul(2),
  samples: [{ b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 2 }],
});
const plugins = [ownRecipe(), mine];
const source = { specifier: "/somewhere/mine.js", sha256: "0".repeat(64) };
const sources = new Map([[mine, source]]);
const config = (epochs: number) =>
  tinyConfig({ epochs }, { model: { embeddingSize: 6, hiddenSize: 8, scorer: "mine" } }, plugins);

beforeEach(() => use(cpu()));

async function trained(): Promise<string> {
  const out = await temporaryFolder();
  (await train({ config: config(1), out, plugins, sources })).model.dispose();
  return out;
}

test("a run stores where its plug-ins came from, those that it uses only, and is loaded with them", async () => {
  const out = await trained();
  expect(await readPlugins(out)).toEqual([{ kind: "scorer", name: "mine", ...source }]);
  const run = await loadRun(out, { plugins });
  expect((await translate(run, ["a b"]))[0]!.weights).not.toBeNull();
  run.model.dispose();
});

test("without its plug-in a run is neither loaded nor resumed: the error names the plug-in and the option to add", async () => {
  const out = await trained();
  const message = `${out} was trained with the scorer "mine" of /somewhere/mine.js. Nothing that a run folder names is loaded by itself. If you trust the code, add --plugin /somewhere/mine.js on the command line; in a program, import it and pass it in \`plugins\`.`;
  await expect(loadRun(out)).rejects.toThrow(message);
  await expect(loadRun(out, { plugins: [ownRecipe()] })).rejects.toThrow(MissingPluginError);
  await expect(train({ out, resume: true })).rejects.toThrow(message);
  await expect(loadRun(out)).rejects.toMatchObject({
    ...{ kind: "scorer", extension: "mine", specifier: source.specifier },
    missing: [{ kind: "scorer", name: "mine", ...source }],
  });
});

test("what a message repeats of plugins.json is quoted for a shell, and short", () => {
  const record = { kind: "scorer", name: "mine", specifier: "./it's; rm -rf ~", sha256: null } as const;
  const { message } = new MissingPluginError("runs/x", [record]);
  expect(message).toContain("add --plugin './it'\\''s; rm -rf ~' on the command line");
  const many = Array.from({ length: 5000 }, (_, i) => ({ ...record, name: `n${i}` }));
  const long = new MissingPluginError("runs/x", [record, ...many]);
  expect(long.message).toMatch(/ and 4991 more\. .* import them and pass them in/s);
  expect(long.message.length).toBeLessThan(1000);
});

test("a folder in the place of plugins.json is reported", async () => {
  const out = await temporaryFolder();
  await mkdir(`${out}/plugins.json`);
  await expect(readPlugins(out)).rejects.toThrow(`${out}/plugins.json must be a regular file, got a folder.`);
});

test("a plug-in that a program defined has no source", async () => {
  const out = await temporaryFolder();
  (await train({ config: config(1), out, plugins })).model.dispose();
  expect(await readPlugins(out)).toEqual([{ kind: "scorer", name: "mine", specifier: null, sha256: null }]);
  await expect(loadRun(out)).rejects.toThrow(
    'was trained with the scorer "mine". Nothing that a run folder names is loaded by itself. If you trust the code, add --plugin <its file or package> on',
  );
});

test("a plug-in that has changed since is reported when a run is resumed or loaded", async () => {
  const out = await trained();
  const same = listener();
  await train({ config: config(2), out, resume: true, plugins, sources, on: same.on });
  const { events, on } = listener();
  const changed = new Map([[mine, { ...source, sha256: "1".repeat(64) }]]);
  await train({ config: config(3), out, resume: true, plugins, sources: changed, on });
  const notice = "/somewhere/mine.js has changed since the run began: the scorer mine may compute something else";
  const isReported = (list: readonly object[]) =>
    list.some((event) => "message" in event && String(event.message).startsWith(notice));
  expect([isReported(same.events), isReported(events)]).toEqual([false, true]);
  const loading = listener();
  (await loadRun(out, { plugins, sources, on: loading.on })).model.dispose();
  expect(loading.events).toEqual([]);
  (await loadRun(out, { plugins, sources: changed, on: loading.on })).model.dispose();
  expect(isReported(loading.events)).toBe(true);
});

test("a run without plug-ins has no such file, also in the place of a run that had one", async () => {
  const out = await trained();
  await train({ config: tinyConfig({ epochs: 1 }), out, overwrite: true, plugins, sources });
  for (const folder of [out, `${out}/none`, `${out}/config.yaml`]) expect(await readPlugins(folder)).toEqual([]);
  (await loadRun(out)).model.dispose();
});

test.each(["{", '[{"name": "mine"}]', '[{"kind": "scorer", "name": "a", "specifier": "a.js", "sha256": "short"}]'])(
  "a damaged plugins.json is named: %s",
  async (text) => {
    const out = await trained();
    await writeFile(`${out}/plugins.json`, text);
    await expect(loadRun(out, { plugins })).rejects.toThrow(`${out}/plugins.json is damaged`);
    expect(await readFile(`${out}/plugins.json`, "utf8")).toBe(text);
  },
);
