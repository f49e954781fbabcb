import { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { dyingAt, Killed } from "../../testing/dying-file-system.js";
import { timeless, tinyConfig } from "../../testing/tiny.js";
import type { EpochEvent } from "../events.js";
import { train } from "../train.js";
import { CheckpointStore } from "./checkpoint-store.js";
import type { FileSystem } from "./file-system.js";
import { loadRun } from "./load-run.js";
import { memoryFileSystem } from "./memory-file-system.js";
import { RunError } from "./run-error.js";
import type { RunState } from "./run-state.js";
import { sha256 } from "./sha256.js";

beforeEach(() => use(cpu()));

const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 };
/** The second epoch is not the best. */
const config = tinyConfig({ epochs: 3, checkpointSteps: 1, batchSize: 4 }, { data, seed: 5 });
const out = "run";

type Files = ReadonlyMap<string, Uint8Array>;

async function filesOf(fileSystem: FileSystem): Promise<Files> {
  const names = (await fileSystem.list(out)) ?? [];
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, (await fileSystem.read(`${out}/${name}`)) ?? new Uint8Array()] as const),
    ),
  );
}

async function fileSystemOf(files: Files): Promise<FileSystem> {
  const fileSystem = memoryFileSystem();
  await fileSystem.makeFolder(out);
  for (const [name, bytes] of files) await fileSystem.write(`${out}/${name}`, bytes);
  return fileSystem;
}

/** What must not depend on interruptions. */
async function resultOf(fileSystem: FileSystem): Promise<unknown> {
  const files = await filesOf(fileSystem);
  const text = new TextDecoder().decode(files.get("metrics.ndjson"));
  const lines = text.split("\n").filter(Boolean);
  const bytes = ["model", "best", "optimizer"].map((name) => files.get(`${name}.safetensors`));
  return { bytes, metrics: timeless(lines.map((line) => JSON.parse(line) as EpochEvent)) };
}

async function completeRun(): Promise<FileSystem> {
  const fileSystem = memoryFileSystem();
  (await train({ config, out, fileSystem })).model.dispose();
  return fileSystem;
}

/** Resumes a run; from the previous checkpoint when the message proposes it. */
async function resume(fileSystem: FileSystem): Promise<boolean> {
  for (const previous of [false, true]) {
    try {
      (await train({ out, fileSystem, resume: true, previous })).model.dispose();
      return true;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      if (!error.message.includes("use it (previous)")) return false;
    }
  }
  return false;
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.byteLength === 0) return Uint8Array.of(10);
  const changed = Uint8Array.from(bytes);
  changed[random.integer(0, bytes.length)]! ^= 1 << random.integer(0, 8);
  return changed;
}

test("each checkpoint leaves the one before it, complete", async () => {
  const fileSystem = memoryFileSystem();
  const store = new CheckpointStore(out, fileSystem);
  const states: (RunState | null)[] = [null];
  const { model } = await train({
    ...{ config, out, fileSystem },
    async on({ event }) {
      if (event !== "checkpoint") return;
      expect(await store.readState(true)).toEqual(states.at(-1));
      const state = await store.readState();
      if (states.at(-1)) {
        const copies = (["model.safetensors", "best.safetensors", "optimizer.safetensors", "metrics.ndjson"] as const)
          .filter((name) => states.at(-1)!.files[name])
          .map(async (name) => {
            const bytes = await fileSystem.read(`${out}/${name}.previous`);
            expect(bytes?.byteLength, name).toBe(states.at(-1)!.files[name]!.bytes);
          });
        await Promise.all(copies);
      }
      states.push(state);
    },
  });
  model.dispose();
  expect(states.length).toBeGreaterThan(6);
  // Best weights that did not change were among them.
  expect(
    states.some((state, i) => i > 1 && state!.bestEpoch > 0 && state!.bestEpoch === states[i - 1]!.bestEpoch),
  ).toBe(true);
});

test("a run that dies at any change, and then loses or damages any one file of a checkpoint, ends with the same bytes", {
  timeout: 60_000,
}, async () => {
  const random = new Random(3);
  const straight = memoryFileSystem();
  const all = dyingAt(Number.POSITIVE_INFINITY, straight);
  const events: number[] = [];
  const { model } = await train({
    ...{ config, out, fileSystem: all.fileSystem },
    on: ({ event }) => void (event === "checkpoint" && events.push(all.changes())),
  });
  model.dispose();
  const expected = await resultOf(straight);
  let [resumed, lost] = [0, 0];
  for (let change = events[0]!; change <= all.changes(); change++) {
    const disk = memoryFileSystem();
    const run = train({ config, out, fileSystem: dyingAt(change + 1, disk).fileSystem });
    await run.then(({ model }) => model.dispose()).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    const files = await filesOf(disk);
    for (const [i, [name, bytes]] of [...files].entries()) {
      // Each case takes about 50 ms, so a part of them is tried.
      if (/config|tokenizer|plugins/.test(name) || (change + i) % 16 > 0) continue;
      const damaged = new Map(files);
      if (random.integer(0, 2) === 0) damaged.delete(name);
      else damaged.set(name, flipped(bytes, random));
      const fileSystem = await fileSystemOf(damaged);
      if (await resume(fileSystem)) {
        resumed++;
        expect(await resultOf(fileSystem), `change ${change}, ${name}`).toEqual(expected);
      } else {
        // Only one checkpoint was complete.
        expect(change, name).toBeLessThan(events[1]!);
        lost++;
      }
    }
  }
  expect(resumed).toBeGreaterThan(40);
  expect(lost).toBeGreaterThan(0);
});

test("a run that dies at any change of its last checkpoints, and is resumed, has two copies of each file", async () => {
  const straight = memoryFileSystem();
  const all = dyingAt(Number.POSITIVE_INFINITY, straight);
  (await train({ config, out, fileSystem: all.fileSystem })).model.dispose();
  for (let change = all.changes() - 40; change <= all.changes(); change++) {
    const disk = memoryFileSystem();
    await expect(train({ config, out, fileSystem: dyingAt(change, disk).fileSystem })).rejects.toThrow(Killed);
    (await train({ out, fileSystem: disk, resume: true })).model.dispose();
    const files = await filesOf(disk);
    const before = (await new CheckpointStore(out, disk).readState(true))!;
    for (const [name, entry] of Object.entries(before.files)) {
      expect(await sha256(files.get(`${name}.previous`)!), `change ${change}, ${name}`).toBe(entry?.sha256);
    }
  }
});

test("resuming from the previous checkpoint dies at any change, and is resumed to the same bytes", async () => {
  const complete = await completeRun();
  const expected = await resultOf(complete);
  const files = new Map(await filesOf(complete));
  files.set("model.safetensors", flipped(files.get("model.safetensors")!, new Random(1)));
  for (let change = 1, done = false; !done; change++) {
    const fileSystem = await fileSystemOf(files);
    const dying = dyingAt(change, fileSystem);
    done = await train({ out, fileSystem: dying.fileSystem, resume: true, previous: true }).then(
      ({ model }) => {
        model.dispose();
        return true;
      },
      (error: unknown) => {
        expect(error).toBeInstanceOf(Killed);
        return false;
      },
    );
    expect(await resume(fileSystem), `change ${change}`).toBe(true);
    expect(await resultOf(fileSystem), `change ${change}`).toEqual(expected);
  }
});

test("the folder has at most three copies of a file, two after each checkpoint, and none besides those of a run", async () => {
  const inner = memoryFileSystem();
  const most = new Map<string, number>();
  const count = async () => {
    const copies = new Map<string, number>();
    for (const name of (await inner.list(out)) ?? []) {
      const base = name.replace(/\.(next|previous)$/, "");
      copies.set(base, (copies.get(base) ?? 0) + 1);
    }
    for (const [name, copy] of copies) most.set(name, Math.max(copy, most.get(name) ?? 0));
    return copies;
  };
  const fileSystem: FileSystem = {
    ...inner,
    write: (path, bytes) => inner.write(path, bytes).then(() => void count()),
    rename: (from, to) => inner.rename(from, to).then(() => void count()),
  };
  const { model } = await train({
    ...{ config, out, fileSystem },
    async on({ event }) {
      if (event === "checkpoint") expect(Math.max(...(await count()).values())).toBeLessThanOrEqual(2);
    },
  });
  model.dispose();
  expect(Object.fromEntries(most)).toEqual({
    "best.safetensors": 3,
    "config.yaml": 1,
    "metrics.ndjson": 3,
    "model.safetensors": 3,
    "optimizer.safetensors": 3,
    "source.tokenizer.json": 1,
    "state.json": 3,
    "target.tokenizer.json": 1,
  });
});

test("a flipped bit in state.json is noticed, or changes nothing", async () => {
  const files = await filesOf(await completeRun());
  const state = await new CheckpointStore(out, await fileSystemOf(files)).readState();
  const random = new Random(9);
  let noticed = 0;
  for (let trial = 0; trial < 300; trial++) {
    const damaged = new Map(files).set("state.json", flipped(files.get("state.json")!, random));
    const store = new CheckpointStore(out, await fileSystemOf(damaged));
    const read = await store.readState().catch((error: unknown) => error);
    if (read instanceof RunError) {
      noticed++;
      expect(read.message).toContain("is complete: use it (previous), or restore the file.");
    } else expect(read).toEqual(state);
  }
  expect(noticed).toBeGreaterThan(200);
});

describe("the option previous", () => {
  test("loads the weights of the checkpoint before the last", async () => {
    const fileSystem = await completeRun();
    const files = await filesOf(fileSystem);
    const exchanged = await fileSystemOf(
      new Map(files).set("model.safetensors", files.get("model.safetensors.previous")!),
    );
    await exchanged.remove(`${out}/state.json`);
    const expected = await (await loadRun(out, { fileSystem: exchanged, weights: "last" })).model.stateDict();
    const run = await loadRun(out, { fileSystem, weights: "last", previous: true });
    expect(await run.model.stateDict()).toEqual(expected);
  });

  test("needs a previous checkpoint, and a run to resume", async () => {
    const fileSystem = memoryFileSystem();
    const one = { ...config, training: { ...config.training, epochs: 1, checkpointSteps: null } };
    await train({ config: one, out, fileSystem });
    const message = "run has no previous checkpoint. Use the last one.";
    await expect(loadRun(out, { fileSystem, previous: true })).rejects.toThrow(message);
    await expect(train({ out, fileSystem, resume: true, previous: true })).rejects.toThrow(message);
    await expect(train({ config, out, fileSystem, previous: true })).rejects.toThrow("previous needs resume");
  });

  test("goes back although the last checkpoint is whole", async () => {
    const fileSystem = await completeRun();
    const expected = await resultOf(fileSystem);
    const steps: number[] = [];
    await train({
      ...{ out, fileSystem, resume: true, previous: true },
      on: (event) => void (event.event === "start" && steps.push(event.resumedAt)),
    });
    expect(steps).toEqual([2]);
    expect(await resultOf(fileSystem)).toEqual(expected);
  });
});

test("weights without a state are not trained over", async () => {
  const files = new Map(await filesOf(await completeRun()));
  files.delete("state.json");
  const fileSystem = await fileSystemOf(files);
  await expect(train({ out, fileSystem, resume: true })).rejects.toThrow(
    "run has model.safetensors, but state.json is missing. The previous checkpoint, of epoch 2, step 6, is complete: use it (previous)",
  );
  expect(await filesOf(fileSystem)).toEqual(files);
});

test("a failed resume changes nothing in the folder", async () => {
  const files = await filesOf(await completeRun());
  const fileSystem = await fileSystemOf(files);
  const pairs = [{ source: "a", target: "b" }];
  const changed = { train: pairs, validation: pairs };
  await expect(train({ out, fileSystem, resume: true, previous: true, data: changed })).rejects.toThrow();
  expect(await filesOf(fileSystem)).toEqual(files);
});
