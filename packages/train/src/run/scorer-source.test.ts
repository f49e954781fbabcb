import { readFile, writeFile } from "node:fs/promises";
import { builtInScorers, defineScorer, type Scorer } from "@heed/attention";
import { cpu, matmul, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { listener, temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { translate } from "../inference/translate.js";
import { loadRun, readScorerSource, train } from "../node.js";
import type { ScorerSource } from "./scorer-source.js";

const mine = defineScorer({
  name: "mine",
  shapes: "b q d, b k d -> b q k",
  formula: "2 s · h",
  reference: "none",
  score: (_, query, keys) => matmul(query, keys, { transposeB: true }).mul(2),
  samples: [{ b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 2 }],
});
const scorers: readonly Scorer[] = [...builtInScorers, mine];
const scorerSource: ScorerSource = { name: "mine", file: "/somewhere/mine.js", sha256: "0".repeat(64) };
const config = (epochs: number) =>
  tinyConfig({ epochs }, { model: { embeddingSize: 6, hiddenSize: 8, scorer: "mine" } });

beforeEach(() => use(cpu()));

async function trained(): Promise<string> {
  const out = await temporaryFolder();
  (await train({ config: config(1), out, scorers, scorerSource })).model.dispose();
  return out;
}

test("a run remembers where its scorer came from, and is loaded with it", async () => {
  const out = await trained();
  expect(await readScorerSource(out)).toEqual(scorerSource);
  const run = await loadRun(out, { scorers });
  expect((await translate(run, ["a b"]))[0]!.weights).not.toBeNull();
  run.model.dispose();
});

test("without the scorer it is neither loaded nor resumed: the error says what is missing, and that nothing is executed", async () => {
  const out = await trained();
  const message = /was trained with the scorer "mine" of \/somewhere\/mine\.js\. Loading a run executes nothing/;
  await expect(loadRun(out)).rejects.toThrow(message);
  await expect(loadRun(out, { scorers: builtInScorers })).rejects.toThrow(message);
  await expect(train({ out, resume: true })).rejects.toThrow(message);
});

test("a scorer that has changed since is told when a run goes on", async () => {
  const out = await trained();
  const same = listener();
  await train({ config: config(2), out, resume: true, scorers, scorerSource, on: same.on });
  const { events, on } = listener();
  const changed = { ...scorerSource, sha256: "1".repeat(64) };
  await train({ config: config(3), out, resume: true, scorers, scorerSource: changed, on });
  const isTold = (list: typeof events) =>
    list.some((event) => event.event === "notice" && event.message.includes("mine.js has changed since"));
  expect([isTold(same.events), isTold(events)]).toEqual([false, true]);
});

test("a built-in scorer leaves nothing to remember, also in the place of a run that did", async () => {
  const out = await trained();
  await train({ config: tinyConfig({ epochs: 1 }), out, overwrite: true });
  expect(await readScorerSource(out)).toBeNull();
  expect(await readScorerSource(`${out}/none`)).toBeNull();
  expect(await readScorerSource(`${out}/config.yaml`)).toBeNull();
  (await loadRun(out)).model.dispose();
});

test.each(["{", '{"name": "mine"}', '{"name": "mine", "file": "a.js", "sha256": "short"}'])(
  "a damaged scorer.json is named: %s",
  async (text) => {
    const out = await trained();
    await writeFile(`${out}/scorer.json`, text);
    await expect(loadRun(out)).rejects.toThrow(`${out}/scorer.json is damaged`);
    expect(await readFile(`${out}/scorer.json`, "utf8")).toBe(text);
  },
);
