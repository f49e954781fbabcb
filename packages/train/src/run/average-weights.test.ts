import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { cpu, decodeSafetensors, encodeSafetensors, type SafeTensor, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { dyingAt, Killed } from "../../testing/dying-file-system.js";
import { temporaryFolder, timeless, tinyConfig } from "../../testing/tiny.js";
import { translate } from "../inference/translate.js";
import { nodeFileSystem } from "../node.js";
import { train } from "../train.js";
import { averageWeights } from "./average-weights.js";
import type { FileSystem } from "./file-system.js";
import { loadRun } from "./load-run.js";
import { memoryFileSystem } from "./memory-file-system.js";
import { verifyRun } from "./verify-run.js";

beforeEach(() => use(cpu()));

const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 };
const config = (training: Record<string, unknown> = {}) =>
  tinyConfig({ epochs: 4, batchSize: 4, keepCheckpoints: 3, ...training }, { data, seed: 5 });
const out = "run";

async function trained(training?: Record<string, unknown>): Promise<FileSystem> {
  const fileSystem = memoryFileSystem();
  (await train({ config: config(training), out, fileSystem })).model.dispose();
  return fileSystem;
}

const kept = async (fileSystem: FileSystem): Promise<string[]> =>
  ((await fileSystem.list(`${out}/checkpoints`)) ?? []).sort();

const tensorsOf = async (fileSystem: FileSystem, name: string): Promise<ReadonlyMap<string, SafeTensor>> =>
  decodeSafetensors((await fileSystem.read(`${out}/${name}`))!).tensors;

const epochFile = (epoch: number): string => `checkpoints/epoch-000${epoch}.safetensors`;

describe("keepCheckpoints", () => {
  test("keeps the weights of the last epochs, and those that the previous checkpoint describes", async () => {
    const fileSystem = memoryFileSystem();
    const weights: Uint8Array[] = [];
    const { model } = await train({
      ...{ config: config(), out, fileSystem },
      async on({ event }) {
        if (event === "checkpoint") weights.push((await fileSystem.read(`${out}/model.safetensors`))!);
      },
    });
    model.dispose();
    expect(weights).toHaveLength(4);
    expect(await kept(fileSystem)).toEqual([1, 2, 3, 4].map((epoch) => epochFile(epoch).slice(12)));
    for (const epoch of [2, 3, 4]) {
      expect(await fileSystem.read(`${out}/${epochFile(epoch)}`)).toEqual(weights[epoch - 1]);
    }
    const run = await loadRun(out, { fileSystem, weights: 3 });
    expect(await run.model.stateDict()).toEqual(decodeSafetensors(weights[2]!).tensors);
    run.model.dispose();
    await expect(loadRun(out, { fileSystem, weights: 1 })).rejects.toThrow(
      "run does not have the weights of epoch 1. Choose one of the epochs 2, 3, 4.",
    );
    const previous = await loadRun(out, { fileSystem, weights: 1, previous: true });
    previous.model.dispose();
  });

  test("the error for an epoch that is not kept names a single one in the singular", async () => {
    const fileSystem = await trained({ keepCheckpoints: 1, epochs: 2 });
    await expect(loadRun(out, { fileSystem, weights: 1 })).rejects.toThrow("weights of epoch 1. Choose epoch 2.");
  });

  test("keeps none by default", async () => {
    const fileSystem = await trained({ keepCheckpoints: 0 });
    expect(await fileSystem.list(out)).not.toContain("checkpoints");
    await expect(loadRun(out, { fileSystem, weights: 4 })).rejects.toThrow("train with training.keepCheckpoints: 10");
  });

  test("a run that dies at any change, and is resumed, keeps the same weights", { timeout: 60_000 }, async () => {
    const straight = memoryFileSystem();
    const all = dyingAt(Number.POSITIVE_INFINITY, straight);
    const options = { config: config({ epochs: 3, keepCheckpoints: 1 }), out };
    (await train({ ...options, fileSystem: all.fileSystem })).model.dispose();
    const expected = await straight.read(`${out}/${epochFile(3)}`);
    for (let change = 12; change <= all.changes(); change += 2) {
      const fileSystem = memoryFileSystem();
      await expect(train({ ...options, fileSystem: dyingAt(change, fileSystem).fileSystem })).rejects.toThrow(Killed);
      const names = (await fileSystem.list(out)) ?? [];
      const resume = names.includes("config.yaml");
      if (resume) {
        const { files } = await verifyRun(out, { fileSystem });
        expect(
          files.flatMap(({ faults }) => faults),
          `change ${change}`,
        ).toEqual([]);
      }
      (await train({ ...options, fileSystem, ...(resume ? { resume } : { overwrite: true }) })).model.dispose();
      expect(await fileSystem.read(`${out}/${epochFile(3)}`), `change ${change}`).toEqual(expected);
      expect((await verifyRun(out, { fileSystem })).sound).toBe(true);
    }
  });

  test("resuming from the previous checkpoint finds the weights that it describes", async () => {
    const fileSystem = await trained();
    const expected = await fileSystem.read(`${out}/${epochFile(4)}`);
    await fileSystem.write(`${out}/model.safetensors`, Uint8Array.of(1));
    const { model } = await train({ out, fileSystem, resume: true, previous: true });
    model.dispose();
    expect(await fileSystem.read(`${out}/${epochFile(4)}`)).toEqual(expected);
    expect((await verifyRun(out, { fileSystem })).sound).toBe(true);
    expect((await averageWeights(out, { fileSystem, last: 3 })).epochs).toEqual([2, 3, 4]);
  });

  test("a run that replaces another one removes its weights and averages", async () => {
    const fileSystem = await trained();
    await averageWeights(out, { fileSystem, last: 2, name: "average-2" });
    const { model } = await train({ config: config({ keepCheckpoints: 0 }), out, fileSystem, overwrite: true });
    model.dispose();
    expect(await kept(fileSystem)).toEqual([]);
    expect(await fileSystem.list(out)).not.toContain("average-2.safetensors");
  });
});

test("a link in place of the folder of kept weights is not followed", async () => {
  const folder = await temporaryFolder();
  const [run, outside] = [`${folder}/run`, `${folder}/outside`];
  await mkdir(outside);
  await writeFile(`${outside}/epoch-0001.safetensors`, "mine");
  const options = { out: run, fileSystem: nodeFileSystem };
  (await train({ ...options, config: config({ keepCheckpoints: 0, epochs: 1 }) })).model.dispose();
  await symlink(outside, `${run}/checkpoints`);
  const resumed = train({ ...options, config: config({ keepCheckpoints: 1, epochs: 2 }), resume: true });
  await expect(resumed).rejects.toThrow(`${run}/checkpoints must be a folder, got a file or a link.`);
  const { model } = await train({ ...options, config: config({ keepCheckpoints: 1, epochs: 2 }), overwrite: true });
  model.dispose();
  expect(await readdir(outside)).toEqual(["epoch-0001.safetensors"]);
  expect(await readdir(`${run}/checkpoints`)).toEqual(["epoch-0001.safetensors", "epoch-0002.safetensors"]);
});

describe("averageWeights", () => {
  test("writes the mean of the weights, rounded once", async () => {
    const fileSystem = await trained();
    const average = await averageWeights(out, { fileSystem, last: 3 });
    expect(average).toMatchObject({ epochs: [2, 3, 4], path: "run/average.safetensors" });
    const files = await Promise.all([2, 3, 4].map((epoch) => tensorsOf(fileSystem, epochFile(epoch))));
    const means = await tensorsOf(fileSystem, "average.safetensors");
    expect([...means.keys()]).toEqual([...files[0]!.keys()]);
    let parameters = 0;
    for (const [name, mean] of means) {
      const values = files.map((file) => file.get(name)!.data as Float32Array);
      const expected = values[0]!.map((_, i) => values.reduce((sum, value) => sum + value[i]!, 0) / 3);
      expect(mean.data, name).toEqual(expected);
      parameters += mean.data.length;
    }
    expect(average.parameters).toBe(parameters);
    const bytes = await fileSystem.read(`${out}/average.safetensors`);
    await averageWeights(out, { fileSystem, epochs: [4, 2, 3] });
    expect(await fileSystem.read(`${out}/average.safetensors`)).toEqual(bytes);
  });

  test("the average is loaded by its name, and translates", async () => {
    const fileSystem = await trained();
    await averageWeights(out, { fileSystem, last: 2 });
    const run = await loadRun(out, { fileSystem, weights: "average" });
    expect((await translate(run, ["a b"]))[0]!.source).toEqual(["a", "b"]);
    const loaded = (await run.model.stateDict()).entries().next().value!;
    expect((await tensorsOf(fileSystem, "average.safetensors")).get(loaded[0])).toEqual(loaded[1]);
    run.model.dispose();
    expect((await verifyRun(out, { fileSystem })).sound).toBe(true);
  });

  test("the best epochs are those with the lowest validation loss", async () => {
    const fileSystem = memoryFileSystem();
    const { model, history } = await train({
      config: config({ epochs: 6, keepCheckpoints: 6, learningRate: 0.3 }),
      out,
      fileSystem,
    });
    model.dispose();
    const losses = history.map(({ validLoss }) => validLoss);
    const expected = losses
      .map((loss, i) => ({ loss, epoch: i + 1 }))
      .sort((a, b) => a.loss - b.loss)
      .slice(0, 3)
      .map(({ epoch }) => epoch)
      .sort();
    // The last three are not the best three, so that the order matters.
    expect(expected).not.toEqual([4, 5, 6]);
    expect((await averageWeights(out, { fileSystem, best: 3 })).epochs).toEqual(expected);
  });

  test("the best epochs are those of training.bestMetric", async () => {
    const fileSystem = memoryFileSystem();
    const { model, history } = await train({
      config: config({ epochs: 5, keepCheckpoints: 5, learningRate: 0.1, bestMetric: "accuracy" }),
      out,
      fileSystem,
    });
    model.dispose();
    const { epochs } = await averageWeights(out, { fileSystem, best: 2 });
    const accuracies = history.map(({ validAccuracy }) => validAccuracy);
    const [worst] = epochs.map((epoch) => accuracies[epoch - 1]!).sort((a, b) => a - b);
    const others = accuracies.filter((_, i) => !epochs.includes(i + 1));
    expect(worst).toBeGreaterThanOrEqual(Math.max(...others));
    expect(worst).toBeGreaterThan(Math.min(...others));
  });

  test("with out, the average is a run of its own", async () => {
    const fileSystem = await trained();
    const { path } = await averageWeights(out, { fileSystem, last: 2, out: "other/mean" });
    expect(path).toBe("other/mean/best.safetensors");
    expect(await fileSystem.list(out)).not.toContain("average.safetensors");
    const run = await loadRun("other/mean", { fileSystem });
    expect((await translate(run, ["a b"]))[0]!.source).toEqual(["a", "b"]);
    run.model.dispose();
    const { sound, files } = await verifyRun("other/mean", { fileSystem });
    expect(files.flatMap(({ faults }) => faults)).toEqual([]);
    expect(sound).toBe(true);
    await expect(averageWeights(out, { fileSystem, last: 2, out: "other/mean" })).rejects.toThrow("There is a run in");
    const again = (): Promise<unknown> => train({ out: "other/mean", fileSystem, resume: true });
    await expect(again()).rejects.toThrow(
      "other/mean cannot be resumed: its weights are the average of epochs 3, 4. Resume the run that was averaged, or train a new run that begins with these weights (initFrom).",
    );
    const bytes = (await fileSystem.read(path))!;
    bytes[bytes.length - 1]! ^= 1;
    await fileSystem.write(path, bytes);
    await expect(again()).rejects.toThrow("has best.safetensors, but state.json is missing.");
    await expect(loadRun("other/mean", { fileSystem })).rejects.toThrow("is damaged: its own checksum is wrong");
    expect((await verifyRun("other/mean", { fileSystem })).sound).toBe(false);
  });

  test.each([
    [{ last: 4 }, "run must keep the weights of 4 epochs to average them, got 3: 2, 3, 4. Average fewer."],
    [{ last: 0 }, "last must be a positive integer, got 0"],
    [{}, "expected one of last, best and epochs, got none"],
    [{ last: 1, best: 2 }, "expected one of last, best and epochs, got last and best"],
    [{ epochs: [1] }, "run does not have the weights of epoch 1"],
    [{ last: 2, name: "best" }, 'The name of an average must be "average", or "average-" and small letters'],
    [{ last: 2, name: "average-../../x" }, "The name of an average must be"],
  ])("refuses %j", async (options, message) => {
    const fileSystem = await trained();
    await expect(averageWeights(out, { fileSystem, ...options })).rejects.toThrow(message);
  });

  test("refuses weights that are damaged, missing, or of other shapes", async () => {
    const fileSystem = await trained();
    const path = `${out}/${epochFile(3)}`;
    const bytes = (await fileSystem.read(path))!;
    const damaged = Uint8Array.from(bytes);
    damaged[damaged.length - 1]! ^= 1;
    await fileSystem.write(path, damaged);
    await expect(averageWeights(out, { fileSystem, last: 3 })).rejects.toThrow(`${path} is damaged`);
    expect((await verifyRun(out, { fileSystem })).files.filter(({ faults }) => faults.length > 0)).toMatchObject([
      { name: epochFile(3), checksum: false },
    ]);
    await fileSystem.remove(path);
    await expect(averageWeights(out, { fileSystem, last: 3 })).rejects.toThrow(`${path} is missing`);
    expect((await verifyRun(out, { fileSystem })).sound).toBe(false);
    // Without a state, no checksum is known.
    const tensors = new Map(decodeSafetensors(bytes).tensors);
    const [name] = tensors.keys();
    tensors.set(name!, { dtype: "F32", shape: [1], data: Float32Array.of(1) });
    await fileSystem.write(path, encodeSafetensors(tensors));
    await fileSystem.remove(`${out}/state.json`);
    await fileSystem.remove(`${out}/state.json.previous`);
    await expect(averageWeights(out, { fileSystem, epochs: [2, 3] })).rejects.toThrow(
      `${path} must have the parameters of ${out}/${epochFile(2)}`,
    );
    tensors.delete(name!);
    await fileSystem.write(path, encodeSafetensors(tensors));
    await expect(averageWeights(out, { fileSystem, epochs: [2, 3] })).rejects.toThrow("must have the parameters of");
  });

  test("a damaged average is refused", async () => {
    const fileSystem = await trained();
    const { path } = await averageWeights(out, { fileSystem, last: 3 });
    const bytes = (await fileSystem.read(path))!;
    bytes[bytes.length - 1]! ^= 1;
    await fileSystem.write(path, bytes);
    await expect(loadRun(out, { fileSystem, weights: "average" })).rejects.toThrow(
      "run/average.safetensors is damaged: its own checksum is wrong. Average the weights again.",
    );
    expect((await verifyRun(out, { fileSystem })).files.filter(({ faults }) => faults.length > 0)).toMatchObject([
      { name: "average.safetensors", checksum: false },
    ]);
    await expect(loadRun(out, { fileSystem, weights: "average-5" })).rejects.toThrow("has no average-5.safetensors");
  });
});

test("keeping weights changes no result", async () => {
  const [with3, without] = await Promise.all(
    [3, 0].map(async (keepCheckpoints) => {
      const { model, history } = await train({ config: config({ keepCheckpoints }) });
      model.dispose();
      return timeless(history);
    }),
  );
  expect(with3).toEqual(without);
});
