import { cpu, decodeSafetensors, encodeSafetensors, memory, type SafeTensor, use } from "@heed/tensor";
import {
  attend,
  type FileSystem,
  loadRun,
  memoryFileSystem,
  parseConfig,
  readPlugins,
  resolveConfig,
  train,
  translate,
} from "@heed/train";
import * as fc from "fast-check";
import { parseState } from "../../../packages/train/src/run/run-state.js";
import { assertEqual, type FuzzTarget, resultOrRefusal } from "./fuzz-target.js";
import { anyJson, anyText, damagedBytes, damagedJson, damagedText } from "./mutations.js";

const sizes = { embeddingSize: 4, hiddenSize: 4 };
const task = { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 } as const;
const config = resolveConfig({
  recipe: "copy",
  seed: 3,
  model: sizes,
  data: task,
  training: { epochs: 2, batchSize: 8 },
});

type Files = Readonly<Record<string, Uint8Array>>;

/** The files of a small run that is complete. */
async function filesOfRun(): Promise<Files> {
  await use(cpu());
  const fileSystem = memoryFileSystem();
  const { model } = await train({ config, out: "run", fileSystem });
  model.dispose();
  const names = (await fileSystem.list("run"))!;
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await fileSystem.read(`run/${name}`))!])),
  );
}

async function folderWith(files: Files): Promise<FileSystem> {
  const fileSystem = memoryFileSystem();
  await fileSystem.makeFolder("run");
  for (const [name, bytes] of Object.entries(files)) await fileSystem.write(`run/${name}`, bytes);
  return fileSystem;
}

/** A run folder in which some files are damaged, missing, or exchanged. */
function damagedFolder(files: Files): fc.Arbitrary<Files> {
  const names = Object.keys(files);
  const text = (name: string): string => new TextDecoder().decode(files[name]);
  const damaged = names.map((name) => {
    const bytes = damagedBytes(files[name]!);
    if (!name.endsWith(".json")) return bytes.map((content) => [name, content] as const);
    const json = damagedJson(JSON.parse(text(name))).map((value) => new TextEncoder().encode(JSON.stringify(value)));
    return fc.oneof(bytes, json).map((content) => [name, content] as const);
  });
  const exchanged = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(([name, other]) => [name, files[other]!] as const);
  const missing = fc.constantFrom(...names).map((name) => [name, undefined] as const);
  // Without state.json, no checksum protects the weights.
  const unprotected = fc.constant(["state.json", undefined] as const);
  const change = fc.oneof(...damaged, exchanged, missing, unprotected);
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const entries = Object.entries({ ...files, ...Object.fromEntries(changes) });
    return Object.fromEntries(entries.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined));
  });
}

/** Buffers of earlier inputs may be collected meanwhile. */
function assertNoMore(before: number): void {
  const { buffers } = memory();
  if (buffers > before) throw new Error(`${buffers - before} buffers are left`);
}

/** Loads a run and uses it; nothing may be left. */
async function useRun(files: Files, weights: "best" | "last"): Promise<void> {
  const before = memory().buffers;
  const fileSystem = await folderWith(files);
  const { value: run } = await resultOrRefusal(() => loadRun("run", { fileSystem, weights }));
  if (run) {
    await resultOrRefusal(() => translate(run, ["a b", "", "c"]));
    await resultOrRefusal(() => attend(run, "a b"));
    run.model.dispose();
  }
  assertNoMore(before);
}

const loading: FuzzTarget = {
  name: "run folders: loading and translating",
  inputs: 12_000,
  async property() {
    const files = await filesOfRun();
    return fc.asyncProperty(damagedFolder(files), fc.constantFrom("best", "last"), useRun);
  },
};

const weights: FuzzTarget = {
  name: "run folders: damaged weights",
  inputs: 6_000,
  async property() {
    const files = await filesOfRun();
    const { tensors } = decodeSafetensors(files["best.safetensors"]!);
    const { "state.json": _, ...unprotected } = files;
    const value = fc.oneof(fc.float(), fc.constantFrom(3.4e38, -3.4e38, 1e-45, Number.NaN, Number.POSITIVE_INFINITY));
    const edit = fc.record({ name: fc.constantFrom(...tensors.keys()), at: fc.nat(), value, kind: fc.nat({ max: 5 }) });
    return fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const changed = new Map<string, SafeTensor>(
        [...tensors].map(([name, tensor]) => [name, structuredClone(tensor)]),
      );
      for (const { name, at, value, kind } of edits) {
        const tensor = changed.get(name);
        if (kind === 0) changed.delete(name);
        else if (kind === 1) changed.set(`${name}.x`, structuredClone(tensors.get(name)!));
        else if (kind === 2 && tensor) changed.set(name, { ...tensor, shape: [...tensor.shape, 1] });
        else if (tensor?.dtype === "F32") tensor.data[at % tensor.data.length] = value;
      }
      await useRun({ ...unprotected, "best.safetensors": encodeSafetensors(changed) }, "best");
    });
  },
};

const resuming: FuzzTarget = {
  name: "run folders: resuming",
  inputs: 4_000,
  async property() {
    const files = await filesOfRun();
    return fc.asyncProperty(damagedFolder(files), async (folder) => {
      const before = memory().buffers;
      const fileSystem = await folderWith(folder);
      // A damaged configuration may ask for long training: one step shows whether it can be resumed.
      const stop = new AbortController();
      const on = ({ event }: { readonly event: string }): void => {
        if (event === "step" || event === "start") stop.abort();
      };
      const { value } = await resultOrRefusal(() =>
        train({ out: "run", fileSystem, resume: true, signal: stop.signal, on }),
      );
      value?.model.dispose();
      assertNoMore(before);
    });
  },
};

const states: FuzzTarget = {
  name: "run folders: state.json",
  inputs: 50_000,
  async property() {
    const text = new TextDecoder().decode((await filesOfRun())["state.json"]);
    const whole = await parseState(text, "state.json");
    const json = fc.oneof(damagedJson(JSON.parse(text)), anyJson).map((value) => JSON.stringify(value));
    return fc.asyncProperty(fc.oneof(damagedText(text), json), async (state) => {
      const { value } = await resultOrRefusal(() => parseState(state, "state.json"));
      // Its own checksum shows every change of a value.
      if (value) assertEqual("a state that is read", value, whole);
    });
  },
};

const plugins: FuzzTarget = {
  name: "run folders: plugins.json",
  inputs: 40_000,
  property() {
    const records = [{ kind: "scorer", name: "mine", specifier: "./mine.ts", sha256: "0".repeat(64) }];
    const json = fc.oneof(damagedJson(records), anyJson).map((value) => JSON.stringify(value));
    return fc.asyncProperty(fc.oneof(damagedText(JSON.stringify(records, null, 1)), json), async (text) => {
      const fileSystem = await folderWith({ "plugins.json": new TextEncoder().encode(text) });
      await resultOrRefusal(() => readPlugins("run", fileSystem));
    });
  },
};

const translations: FuzzTarget = {
  name: "translate and attend: arbitrary Unicode",
  inputs: 6_000,
  async property() {
    const fileSystem = await folderWith(await filesOfRun());
    const run = await loadRun("run", { fileSystem });
    const text = fc.oneof(
      anyText,
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 }).map((each) => each.join(" ")),
    );
    return fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (lines) => {
      const before = memory().buffers;
      const { value } = await resultOrRefusal(() => translate(run, lines));
      if (value) assertEqual("the number of translations", value.length, lines.length);
      if (value && lines.length > 1) {
        const alone = await translate(run, [lines[0]!]);
        assertEqual("a translation without the other lines", alone[0]!.text, value[0]!.text);
      }
      assertNoMore(before);
    });
  },
};

const yaml: FuzzTarget = {
  name: "run folders: any YAML",
  inputs: 20_000,
  property: () =>
    fc.asyncProperty(anyText, async (text) => void (await resultOrRefusal(() => parseConfig(text, "a.yaml")))),
};

export const folderTargets = [loading, weights, resuming, states, plugins, yaml, translations];
