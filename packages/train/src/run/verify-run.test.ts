import { Random } from "@heed/core";
import { cpu, decodeSafetensors, encodeSafetensors, memory, use } from "@heed/tensor";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { ownSchedule } from "../../testing/own-extensions.js";
import { tinyConfig } from "../../testing/tiny.js";
import { train } from "../train.js";
import type { FileSystem } from "./file-system.js";
import { memoryFileSystem } from "./memory-file-system.js";
import type { VerifiedFile } from "./verified-file.js";
import { verifyRun } from "./verify-run.js";

const out = "run";
const config = tinyConfig({ epochs: 3 });
const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  await use(cpu());
  const fileSystem = memoryFileSystem();
  (await train({ config, out, fileSystem })).model.dispose();
  for (const name of (await fileSystem.list(out))!) files.set(name, (await fileSystem.read(`${out}/${name}`))!);
});

beforeEach(() => use(cpu()));

async function changed(changes: Readonly<Record<string, Uint8Array | string | null>>): Promise<FileSystem> {
  const fileSystem = memoryFileSystem();
  await fileSystem.makeFolder(out);
  for (const [name, content] of Object.entries({ ...Object.fromEntries(files), ...changes })) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    if (bytes) await fileSystem.write(`${out}/${name}`, bytes);
  }
  return fileSystem;
}

/** Verifies the run with changes, and returns its files by name, and those with faults. */
async function verified(changes: Readonly<Record<string, Uint8Array | string | null>>) {
  const result = await verifyRun(out, { fileSystem: await changed(changes) });
  const faulty = result.files.filter(({ faults }) => faults.length > 0);
  expect(result.sound).toBe(faulty.length === 0);
  const byName = new Map<string, VerifiedFile>(result.files.map((file) => [file.name, file]));
  return { faulty, byName };
}

const text = (name: string): string => new TextDecoder().decode(files.get(name));
const weights = ["model.safetensors", "best.safetensors", "optimizer.safetensors"];

test("a complete run is sound, and each file has a line", async () => {
  const before = memory().buffers;
  const { faulty, byName } = await verified({});
  expect(faulty).toEqual([]);
  expect(memory().buffers).toBe(before);
  expect([...byName.keys()].sort()).toEqual([...files.keys()].sort());
  for (const [name, { bytes }] of byName) expect(bytes, name).toBe(files.get(name)!.byteLength);
  expect(byName.get("source.tokenizer.json")!.what).toBe("tokenizer of the source, vocabulary of 6");
  expect(byName.get("state.json")!.what).toBe("state of the last checkpoint: epoch 3, step 15");
  for (const name of weights.flatMap((each) => [each, `${each}.previous`])) {
    expect(byName.get(name), name).toMatchObject({ checksum: true, finite: true, shapes: true });
  }
  expect(byName.get("metrics.ndjson.previous")).toMatchObject({ what: "metrics of 2 epochs", checksum: true });
});

test("a flipped bit in any file of a checkpoint is a fault of this file", async () => {
  const random = new Random(4);
  for (const name of files.keys()) {
    if (!/safetensors|metrics/.test(name)) continue;
    for (let trial = 0; trial < 5; trial++) {
      const bytes = Uint8Array.from(files.get(name)!);
      bytes[random.integer(0, bytes.length)]! ^= 1 << random.integer(0, 8);
      const { faulty } = await verified({ [name]: bytes });
      const own = `${out}/${name} is damaged: expected the file with the checksum in state.json`;
      expect(faulty).toMatchObject([{ name, checksum: false, faults: [expect.stringContaining(own)] }]);
      expect(faulty[0]!.faults[0]!.includes("use it (previous)")).toBe(!name.endsWith(".previous"));
    }
  }
});

test("a changed configuration or tokenizer is a fault of it", async () => {
  const { byName } = await verified({});
  for (const name of ["config.yaml", "source.tokenizer.json", "target.tokenizer.json"]) {
    expect(byName.get(name), name).toMatchObject({ checksum: true });
    const bytes = Uint8Array.from(files.get(name)!);
    bytes[bytes.length - 3]! ^= 1;
    const { faulty } = await verified({ [name]: bytes });
    expect(faulty, name).toMatchObject([{ name, checksum: false, faults: [expect.stringContaining(name)] }]);
  }
  // A valid tokenizer with another token.
  const { faulty } = await verified({
    "target.tokenizer.json": text("target.tokenizer.json").replace('"c"', '"d"'),
  });
  const own = "target.tokenizer.json is damaged: expected the file with the checksum in state.json. Resume the run";
  expect(faulty).toMatchObject([{ checksum: false, faults: [expect.stringContaining(own)] }]);
});

test("a missing file of a checkpoint is a fault", async () => {
  for (const name of files.keys()) {
    if (name === "state.json.previous") continue;
    const { faulty } = await verified({ [name]: null });
    // Without state.json, no checksum is known; the other files are still checked.
    if (name === "state.json") expect(faulty).toEqual([]);
    else expect(faulty[0], name).toMatchObject({ name, bytes: null, faults: [expect.stringContaining("missing")] });
  }
});

test("without state.json, numbers and shapes are still checked", async () => {
  const { tensors } = decodeSafetensors(files.get("best.safetensors")!);
  tensors.get("output.weight")!.data[3] = Number.NaN;
  const { faulty, byName } = await verified({ "state.json": null, "best.safetensors": encodeSafetensors(tensors) });
  expect(faulty).toMatchObject([{ name: "best.safetensors", checksum: null, finite: false, shapes: null }]);
  expect(faulty[0]!.faults[0]).toContain("expected finite weights, got NaN in output.weight");
  expect(byName.get("model.safetensors")).toMatchObject({ checksum: null, finite: true, shapes: true });
  expect(byName.get("state.json")!.what).toContain("missing, so no checksum is known");
});

test("weights, optimizer and vocabulary are compared with config.yaml", async () => {
  const edited = text("config.yaml").replace(/^#.*\n/, "");
  const wide = await verified({ "config.yaml": edited.replace("hiddenSize: 8", "hiddenSize: 9") });
  expect(wide.byName.get("config.yaml")!.checksum).toBe(null);
  expect(wide.faulty.map(({ name }) => name).sort()).toEqual(
    weights.flatMap((name) => [name, `${name}.previous`]).sort(),
  );
  expect(wide.faulty[0]).toMatchObject({ checksum: true, finite: true, shapes: false });
  const huge = await verified({ "config.yaml": edited.replace("hiddenSize: 8", "hiddenSize: 20000") });
  expect(huge.faulty).toHaveLength(6);
  const more = text("source.tokenizer.json").replace('"c"', '"c", "d"');
  const words = await verified({
    ...{ "source.tokenizer.json": more, "target.tokenizer.json": more },
    ...{ "state.json": null, "state.json.previous": null },
  });
  expect(words.byName.get("source.tokenizer.json")!.what).toContain("vocabulary of 7");
  expect(words.faulty[0]!.faults[0]).toContain("the weights belong to a vocabulary of 6 tokens");
  const one = await verified({ "source.tokenizer.json": more, "state.json": null, "state.json.previous": null });
  expect(one.faulty[0]).toMatchObject({ name: "target.tokenizer.json", faults: [expect.stringContaining("differ")] });
});

test("damaged heads are faults, and the checkpoints are still checked", async () => {
  const { faulty, byName } = await verified({
    "config.yaml": "recipe: kopy\n",
    "source.tokenizer.json": "{",
    "plugins.json": "[1]",
  });
  expect(faulty.map(({ name }) => name)).toEqual(["config.yaml", "plugins.json", "source.tokenizer.json"]);
  expect(byName.get("model.safetensors")).toMatchObject({ checksum: true, finite: true, shapes: null });
});

test("a damaged state is a fault of it", async () => {
  const { faulty } = await verified({ "state.json": text("state.json").replace('"epoch": 3', '"epoch": 2') });
  expect(faulty).toMatchObject([{ name: "state.json", checksum: false }]);
  expect(faulty[0]!.faults[0]).toContain("its own checksum is wrong. The previous checkpoint, of epoch 2");
});

test("what a killed process leaves is no fault", async () => {
  const { faulty, byName } = await verified({
    "state.json": null,
    "state.json.next": text("state.json"),
    "model.safetensors": null,
    "model.safetensors.next": files.get("model.safetensors")!,
    "optimizer.safetensors.next": Uint8Array.of(1, 2),
    "notes.txt": "mine",
  });
  expect(faulty).toEqual([]);
  expect(byName.get("state.json")!.what).toContain("epoch 3, step 15, in state.json.next");
  expect(byName.get("model.safetensors.next")).toMatchObject({ checksum: true, shapes: true });
  expect(byName.get("optimizer.safetensors.next")!.what).toContain("not used");
  expect(byName.get("notes.txt")).toMatchObject({ bytes: null, what: "not a file of a run; not read" });
});

test("a run with a plug-in needs it", async () => {
  const fileSystem = memoryFileSystem();
  const plugins = [ownSchedule];
  const own = tinyConfig({ epochs: 1, schedule: ownSchedule.name, scheduleOptions: { power: 2 } }, {}, plugins);
  (await train({ config: own, out, fileSystem, plugins })).model.dispose();
  expect((await verifyRun(out, { fileSystem, plugins })).sound).toBe(true);
  const { files } = await verifyRun(out, { fileSystem });
  const faulty = files.filter(({ faults }) => faults.length > 0);
  expect(faulty.map(({ name }) => name)).toEqual(["config.yaml", "plugins.json"]);
  expect(faulty[1]!.faults[0]).toContain(`the schedule "${ownSchedule.name}"`);
});

test("a missing folder is an error", async () => {
  await expect(verifyRun("none", { fileSystem: memoryFileSystem() })).rejects.toThrow("There is no run folder none");
});
