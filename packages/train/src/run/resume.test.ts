import { readFile, rm, writeFile } from "node:fs/promises";
import { cpu, encodeSafetensors, memory, use } from "@heed/tensor";
import { beforeEach, expect, test, vi } from "vitest";
import { ownSchedule } from "../../testing/own-extensions.js";
import { listener, ownRecipe, temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { resolveConfig } from "../config/run-config.js";
import { train } from "../node.js";
import { openRun } from "./resume.js";
import { type RunState, runState } from "./run-state.js";
import { sha256 } from "./sha256.js";

beforeEach(() => use(cpu()));

test("fewer epochs within an epoch: config.yaml is written although no step follows", async () => {
  const out = await temporaryFolder();
  const control = new AbortController();
  const abort = {
    signal: control.signal,
    on: ({ event, step }: { event: string; step?: number }) => {
      if (event === "step" && step === 8) control.abort();
    },
  };
  await train({ config: tinyConfig({ epochs: 3 }), out, ...abort });
  const { events, on } = listener();
  const { done } = await train({ config: tinyConfig({ epochs: 1, patience: 2 }), out, resume: true, on });
  expect(done).toMatchObject({ reason: "epochs", epochs: 1, steps: 8 });
  expect(await readFile(`${out}/config.yaml`, "utf8")).toContain("epochs: 1");
  const notices = events.flatMap((event) => (event.event === "notice" ? [event.message] : []));
  expect(notices).toContain("training.epochs changes from 3 to 1.");
  expect(notices).toContain("training.patience changes from null to 2.");
});

test("the files of state.json are in the same order after an interruption", async () => {
  const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
  const control = new AbortController();
  await train({ config: tinyConfig({ epochs: 1 }), out: straight });
  await train({
    config: tinyConfig({ epochs: 1 }),
    out: parts,
    signal: control.signal,
    on: ({ event }) => event === "step" && control.abort(),
  });
  await train({ out: parts, resume: true });
  const keys = async (folder: string): Promise<string[]> =>
    Object.keys((JSON.parse(await readFile(`${folder}/state.json`, "utf8")) as { files: object }).files);
  expect(await keys(parts)).toEqual(await keys(straight));
});

test("an abort after the last step skips the sequence accuracy", async () => {
  const control = new AbortController();
  let complete = false;
  const mine = ownRecipe((model) => {
    const encode = model.encode.bind(model);
    model.encode = (...inputs) => {
      if (complete) control.abort();
      return encode(...inputs);
    };
  });
  const { done } = await train({
    config: tinyConfig({ epochs: 1, batchSize: 4 }, { recipe: "mine" }, [mine]),
    out: await temporaryFolder(),
    plugins: [mine],
    signal: control.signal,
    on: ({ event }) => {
      complete ||= event === "checkpoint";
    },
  });
  expect(done).toMatchObject({ reason: "epochs", epochs: 1, sequenceAccuracy: null });
});

test("an error of the data's checksum leaves no tensor", async () => {
  const before = memory().buffers;
  const digest = vi.spyOn(crypto.subtle, "digest").mockRejectedValue(new Error("no checksum"));
  try {
    await expect(train({ config: tinyConfig(), out: await temporaryFolder() })).rejects.toThrow("no checksum");
  } finally {
    digest.mockRestore();
  }
  expect(memory().buffers).toBe(before);
});

test("a resumed run writes tokenizers that are missing or damaged", async () => {
  const out = await temporaryFolder();
  await train({ config: tinyConfig({ epochs: 1 }), out });
  const files = [`${out}/source.tokenizer.json`, `${out}/target.tokenizer.json`] as const;
  const written = await readFile(files[0], "utf8");
  await rm(files[0]);
  await writeFile(files[1], "{");
  await train({ config: tinyConfig({ epochs: 2 }), out, resume: true });
  for (const file of files) expect(await readFile(file, "utf8")).toBe(written);
});

test.each([
  ["linear", {}, true],
  ["constant", {}, false],
  ["polynomial", { power: 2 }, true],
])(
  "the schedule %s: a notice says whether another number of epochs makes the rate jump",
  async (schedule, scheduleOptions, jumps) => {
    const [out, plugins] = [await temporaryFolder(), [ownSchedule]];
    const config = (epochs: number) => tinyConfig({ epochs, schedule, scheduleOptions }, {}, plugins);
    await train({ config: config(1), out, plugins });
    const { events, on } = listener();
    await train({ config: config(3), out, resume: true, plugins, on });
    const messages = events.flatMap((event) => (event.event === "notice" ? [event.message] : []));
    const notice = `The schedule ${schedule} now ends at epoch 3, not 1: the learning rate jumps.`;
    expect(messages.includes(notice)).toBe(jumps);
  },
);

test.each([
  ["model.safetensors", "nonsense", "model.safetensors is damaged: "],
  ["optimizer.safetensors", "nonsense", "optimizer.safetensors is damaged: "],
  ["optimizer.safetensors", encodeSafetensors(new Map()), null],
  [
    "optimizer.safetensors",
    encodeSafetensors({ "step.x": { dtype: "I32", shape: [], data: Int32Array.of(1) } }),
    "optimizer.safetensors does not fit config.yaml. ",
  ],
  [
    "model.safetensors",
    encodeSafetensors({ x: { dtype: "F32", shape: [1], data: Float32Array.of(Number.NaN) } }),
    "model.safetensors: expected finite weights, got NaN in x.",
  ],
  [
    "model.safetensors",
    encodeSafetensors({ x: { dtype: "F32", shape: [1], data: Float32Array.of(1) } }),
    "model.safetensors belongs to another model than config.yaml. ",
  ],
])("a bad %s with the right checksum is named, and nothing leaks", async (name, content, message) => {
  const out = await temporaryFolder();
  (await train({ config: tinyConfig({ epochs: 1 }), out })).model.dispose();
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { checksum: _, ...state } = JSON.parse(await readFile(`${out}/state.json`, "utf8")) as RunState;
  const file = { bytes: bytes.byteLength, sha256: await sha256(bytes) };
  await writeFile(`${out}/${name}`, bytes);
  await writeFile(
    `${out}/state.json`,
    JSON.stringify(await runState({ ...state, files: { ...state.files, [name]: file } })),
  );
  const before = memory().buffers;
  const resumed = train({ config: tinyConfig({ epochs: 2 }), out, resume: true });
  if (message === null) (await resumed).model.dispose();
  else await expect(resumed).rejects.toThrow(`${out}/${message}`);
  expect(memory().buffers).toBe(before);
});

test("a configuration of a much larger model than the weights is refused before the model is built", async () => {
  const out = await temporaryFolder();
  (await train({ config: tinyConfig({ epochs: 1 }), out })).model.dispose();
  const text = await readFile(`${out}/config.yaml`, "utf8");
  await writeFile(`${out}/config.yaml`, text.replace(/^#.*\n/, "").replace("hiddenSize: 8", "hiddenSize: 20000"));
  await expect(train({ out, resume: true })).rejects.toThrow("belongs to another model than config.yaml");
});

test("several processes cannot train on standard input", async () => {
  const config = resolveConfig({ recipe: "bahdanau", data: { source: "-", target: "b.txt" } });
  await expect(openRun(null, { config, processes: 2 })).rejects.toThrow(
    'data.source must be a file that all 2 processes can read, got "-", standard input. Save the data to a file, or train in one process.',
  );
  expect(await openRun(null, { config, processes: 1 })).toBeNull();
});
