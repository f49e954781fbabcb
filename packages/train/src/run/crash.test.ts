import { readFile, writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder, timeless, tinyConfig } from "../../testing/tiny.js";
import type { EpochEvent } from "../events.js";
import { translate } from "../inference/translate.js";
import { train, trainOn } from "../train.js";
import { type FileSystem, nodeFileSystem } from "./file-system.js";
import { loadRun } from "./load-run.js";
import { RunError } from "./run-error.js";

class Killed extends Error {}

/** A disk whose process dies at the given change, counted from 1: a file being written is then left cut in half. */
function dyingAt(change: number): { readonly fileSystem: FileSystem; readonly changes: () => number } {
  let changes = 0;
  const living = <A extends unknown[]>(act: (...args: A) => Promise<void>, half?: (...args: A) => Promise<void>) => {
    return async (...args: A): Promise<void> => {
      changes++;
      if (changes === change) await half?.(...args);
      if (changes >= change) throw new Killed();
      await act(...args);
    };
  };
  return {
    changes: () => changes,
    fileSystem: {
      ...nodeFileSystem,
      makeFolder: living(nodeFileSystem.makeFolder),
      write: living(nodeFileSystem.write, (path, bytes) => writeFile(path, bytes.subarray(0, bytes.byteLength / 2))),
      rename: living(nodeFileSystem.rename),
      remove: living(nodeFileSystem.remove),
      syncFolder: living(nodeFileSystem.syncFolder),
    },
  };
}

const names = [
  "model.safetensors",
  "best.safetensors",
  "optimizer.safetensors",
  "source.tokenizer.json",
  "config.yaml",
];
const config = () =>
  tinyConfig(
    { epochs: 2 },
    { data: { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 } },
  );

async function contentOf(folder: string): Promise<unknown[]> {
  const lines = (await readFile(`${folder}/metrics.ndjson`, "utf8")).trim().split("\n");
  const files = names.map(async (name) => (await readFile(`${folder}/${name}`)).toString("base64"));
  return [await Promise.all(files), timeless(lines.map((line) => JSON.parse(line) as EpochEvent))];
}

beforeEach(() => use(cpu()));

test("a run that dies at any change of the disk goes on to the same bytes", async () => {
  const straight = await temporaryFolder();
  const all = dyingAt(Number.POSITIVE_INFINITY);
  await trainOn(all.fileSystem, { config: config(), out: straight });
  const expected = await contentOf(straight);
  const resumedAt = new Set<number>();

  for (let change = 1; change <= all.changes(); change++) {
    const out = await temporaryFolder();
    await expect(trainOn(dyingAt(change).fileSystem, { config: config(), out })).rejects.toThrow(Killed);
    const resume = trainOn(nodeFileSystem, {
      out,
      resume: true,
      on: (event) => {
        if (event.event === "start") resumedAt.add(event.resumedAt);
      },
    });
    // Until config.yaml is there nothing has been trained for longer than a step.
    const error = await resume.then(
      () => null,
      (error: unknown) => error,
    );
    if (error) {
      expect(error).toBeInstanceOf(RunError);
      expect((error as Error).message).toContain("config.yaml is missing");
      await train({ config: config(), out, overwrite: true });
    }
    expect(await contentOf(out)).toEqual(expected);
  }
  // Each epoch was lost once, and each was kept once.
  expect([...resumedAt].sort()).toEqual([0, 1, 2]);
});

test("resuming dies and is resumed, too", async () => {
  const [straight, out] = [await temporaryFolder(), await temporaryFolder()];
  await train({ config: config(), out: straight });
  await train({ config: tinyConfigOfOneEpoch(), out });
  for (let change = 1; ; change += 3) {
    const done = await trainOn(dyingAt(change).fileSystem, { config: config(), out, resume: true }).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(Killed);
        return false;
      },
    );
    if (done) break;
  }
  expect(await contentOf(out)).toEqual(await contentOf(straight));
});

const tinyConfigOfOneEpoch = () => ({ ...config(), training: { ...config().training, epochs: 1 } });

test("a run can be read while, and after, a checkpoint is cut short", async () => {
  const whole = dyingAt(Number.POSITIVE_INFINITY);
  await trainOn(whole.fileSystem, { config: config(), out: await temporaryFolder() });
  for (let change = whole.changes() - 9; change <= whole.changes(); change++) {
    const out = await temporaryFolder();
    await expect(trainOn(dyingAt(change).fileSystem, { config: config(), out })).rejects.toThrow(Killed);
    for (const weights of ["best", "last"] as const) {
      const run = await loadRun(out, { weights });
      expect((await translate(run, ["a b"]))[0]!.source).toEqual(["a", "b"]);
      run.model.dispose();
    }
  }
});

test.each(["model.safetensors", "best.safetensors", "optimizer.safetensors", "metrics.ndjson"])(
  "a damaged %s is noticed before anything is trained",
  async (name) => {
    const out = await temporaryFolder();
    await train({ config: tinyConfigOfOneEpoch(), out });
    const bytes = await readFile(`${out}/${name}`);
    bytes[bytes.length - 5]! ^= 1;
    await writeFile(`${out}/${name}`, bytes);
    await expect(train({ out, resume: true })).rejects.toThrow(`${out}/${name} is missing, damaged, or not the file`);
  },
);

test.each([
  ["{", "is not JSON"],
  ['{ "format": "heed-run", "version": 1 }', "has version 1; this heed reads version 2"],
  ['{ "format": "heed-run", "version": 2 }', "is not the state of a run: epoch"],
  ["null", "is not the state of a run"],
])("a state.json of %s is refused", async (text, message) => {
  const out = await temporaryFolder();
  await train({ config: tinyConfigOfOneEpoch(), out });
  await writeFile(`${out}/state.json`, text);
  await expect(train({ out, resume: true })).rejects.toThrow(message);
  await expect(loadRun(out)).rejects.toThrow(message);
});

test("data that has changed since is noticed", async () => {
  const out = await temporaryFolder();
  const tsv = `${out}.tsv`;
  const lines = Array.from({ length: 12 }, (_, i) => `나는 ${"가".repeat(i + 1)}\tI ${"a".repeat(i + 1)}`);
  await writeFile(tsv, `${lines.join("\n")}\n`);
  const text = (epochs: number) =>
    tinyConfig(
      { epochs },
      {
        recipe: "bahdanau",
        data: { tsv, sourceTokenizer: { minFrequency: 1 }, targetTokenizer: { minFrequency: 1 }, validation: 3 },
      },
    );
  await train({ config: text(1), out });
  await writeFile(tsv, `${lines.join("\n").replace("I aaa\n", "I bbb\n")}\n`);
  await expect(train({ config: text(2), out, resume: true })).rejects.toThrow(
    "The data has changed since the run began",
  );
  await writeFile(tsv, `${lines.join("\n")}\n`);
  expect((await train({ config: text(2), out, resume: true })).done.epochs).toBe(2);
});
