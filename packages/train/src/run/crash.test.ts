import { readFile, writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { dyingAt, Killed } from "../../testing/dying-file-system.js";
import { temporaryFolder, timeless, tinyConfig } from "../../testing/tiny.js";
import type { EpochEvent } from "../events.js";
import { translate } from "../inference/translate.js";
import { loadRun, nodeFileSystem, train } from "../node.js";
import type { FileSystem } from "./file-system.js";
import { memoryFileSystem } from "./memory-file-system.js";
import { RunError } from "./run-error.js";
import { verifyRun } from "./verify-run.js";

const names = [
  "model.safetensors",
  "best.safetensors",
  "optimizer.safetensors",
  "ema.safetensors",
  "source.tokenizer.json",
  "config.yaml",
];
const config = () =>
  tinyConfig(
    { epochs: 2, ema: 0.9 },
    { data: { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 } },
  );

async function contentOf(folder: string, fileSystem: FileSystem = nodeFileSystem): Promise<unknown[]> {
  const read = async (name: string) => Buffer.from((await fileSystem.read(`${folder}/${name}`))!);
  const lines = (await read("metrics.ndjson")).toString("utf8").trim().split("\n");
  const files = names.map(async (name) => (await read(name)).toString("base64"));
  return [await Promise.all(files), timeless(lines.map((line) => JSON.parse(line) as EpochEvent))];
}

beforeEach(() => use(cpu()));

const inMemory = memoryFileSystem();
let runs = 0;

/** As on a disk, the folder of a test exists. */
async function memoryFolder(): Promise<string> {
  const folder = `runs/${runs++}`;
  await inMemory.makeFolder(folder);
  return folder;
}

describe.each<{ name: string; fileSystem: FileSystem; folder: () => Promise<string> }>([
  { name: "of Node", fileSystem: nodeFileSystem, folder: temporaryFolder },
  { name: "in memory", fileSystem: inMemory, folder: memoryFolder },
])("on the file system $name", ({ fileSystem, folder }) => {
  test("a run that dies at any change of the disk goes on to the same bytes", async () => {
    const straight = await folder();
    const all = dyingAt(Number.POSITIVE_INFINITY, fileSystem);
    await train({ fileSystem: all.fileSystem, config: config(), out: straight });
    const expected = await contentOf(straight, fileSystem);
    const resumedAt = new Set<number>();

    for (let change = 1; change <= all.changes(); change++) {
      const out = await folder();
      await expect(
        train({ fileSystem: dyingAt(change, fileSystem).fileSystem, config: config(), out }),
      ).rejects.toThrow(Killed);
      const resume = train({
        fileSystem,
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
        await train({ fileSystem, config: config(), out, overwrite: true });
      }
      expect(await contentOf(out, fileSystem)).toEqual(expected);
    }
    // Each epoch was lost once, and each was kept once.
    expect([...resumedAt].sort()).toEqual([0, 1, 2]);
  });

  test("resuming dies and is resumed, too", async () => {
    const [straight, out] = [await folder(), await folder()];
    await train({ fileSystem, config: config(), out: straight });
    await train({ fileSystem, config: tinyConfigOfOneEpoch(), out });
    for (let change = 1; ; change += 3) {
      const done = await train({
        fileSystem: dyingAt(change, fileSystem).fileSystem,
        config: config(),
        out,
        resume: true,
      }).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
          return false;
        },
      );
      if (done) break;
    }
    expect(await contentOf(out, fileSystem)).toEqual(await contentOf(straight, fileSystem));
  });
});

const tinyConfigOfOneEpoch = () => ({ ...config(), training: { ...config().training, epochs: 1 } });

test("a run can be read while, and after, a checkpoint is cut short", async () => {
  const whole = dyingAt(Number.POSITIVE_INFINITY);
  await train({ fileSystem: whole.fileSystem, config: config(), out: await temporaryFolder() });
  for (let change = whole.changes() - 9; change <= whole.changes(); change++) {
    const out = await temporaryFolder();
    await expect(train({ fileSystem: dyingAt(change).fileSystem, config: config(), out })).rejects.toThrow(Killed);
    for (const weights of ["best", "last"] as const) {
      const run = await loadRun(out, { weights });
      expect((await translate(run, ["a b"]))[0]!.source).toEqual(["a", "b"]);
      run.model.dispose();
    }
  }
});

test("a run that dies while it is resumed with other epochs, or writes lost tokenizers, is sound at any change", async () => {
  for (const lost of [null, "source.tokenizer.json"]) {
    for (let change = 1, done = false; !done; change++) {
      const fileSystem = memoryFileSystem();
      await train({ fileSystem, config: tinyConfigOfOneEpoch(), out: "run" });
      if (lost) await fileSystem.remove(`run/${lost}`);
      const dying = dyingAt(change, fileSystem).fileSystem;
      done = await train({ fileSystem: dying, config: config(), out: "run", resume: true }).then(
        () => true,
        () => false,
      );
      const { files } = await verifyRun("run", { fileSystem });
      const faults = files.flatMap((file) => file.faults);
      if (lost && (await fileSystem.read(`run/${lost}`)) === null) expect(faults[0]).toContain(`${lost} is missing`);
      else expect(faults, `change ${change}`).toEqual([]);
      if (done) expect(files.find(({ name }) => name === "config.yaml")!.checksum).toBe(true);
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
    await expect(train({ out, resume: true })).rejects.toThrow(
      `${out}/${name} is damaged: expected the file with the checksum in state.json. Restore the file, or train`,
    );
  },
);

test.each([
  ["{", "is not JSON"],
  ['{ "format": "heed-run", "version": 1 }', "has version 1; this heed reads version 5"],
  ['{ "format": "heed-run", "version": 5 }', "is not the state of a run. epoch must be an integer, got nothing."],
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
    `${out}: The data has changed since the run began`,
  );
  await writeFile(tsv, `${lines.join("\n")}\n`);
  expect((await train({ config: text(2), out, resume: true })).done.epochs).toBe(2);
});
