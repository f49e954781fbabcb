import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadRun } from "@heed/train/node";
import { type Heed, showEnd } from "./heed-process.js";

/** Arguments of a training of two epochs of three steps, with dropout and a checkpoint after each step. */
export function tinyTraining(out: string, backend: string, start: "--resume" | "--overwrite"): string[] {
  const settings = [
    ...["model.embeddingSize=6", "model.hiddenSize=8", "model.dropout=0.1"],
    ...["data.symbols=3", "data.minLength=1", "data.maxLength=3", "data.train=12", "data.validation=4"],
    ...["training.epochs=2", "training.batchSize=4", "training.checkpointSteps=1"],
  ].flatMap((setting) => ["--set", setting]);
  const what = start === "--resume" ? [] : ["copy", ...settings];
  return ["train", ...what, "--out", out, start, "--backend", backend, "--json"];
}

/** The backends that runs are trained on. */
export const trainedOn = ["wasm", "cpu"] as const;

/** What uninterrupted runs are like. */
export interface Undisturbed {
  /** Their files, by backend. */
  readonly whole: ReadonlyMap<string, RunContent>;
  /** The operations on the disk of a run, such as `write /tmp/run/config.yaml.next`. */
  readonly operations: number;
  readonly longestMs: number;
}

/** Trains without faults. */
export async function measureUndisturbed(heed: Heed, folder: string): Promise<Undisturbed> {
  const whole = new Map<string, RunContent>();
  const log = join(folder, "operations");
  let longestMs = 0;
  for (const backend of trainedOn) {
    const out = join(folder, `whole-${backend}`);
    const start = performance.now();
    const fault = { folder: out, at: 0, kind: "before", log } as const;
    const ended = await heed(tinyTraining(out, backend, "--overwrite"), { fault });
    if (ended.code !== 0) throw new Error(`heed train failed without any fault: ${showEnd(ended)}`);
    longestMs = Math.ceil(performance.now() - start);
    whole.set(backend, contentOf(out));
  }
  return { whole, operations: readFileSync(log, "utf8").trim().split("\n").length, longestMs };
}

/** The files of a run by name, as text. What may differ between equal runs, durations and threads, is left out. */
export type RunContent = Readonly<Record<string, string>>;

export function contentOf(folder: string): RunContent {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, contentOfFile(name, readFileSync(join(folder, name)))]));
}

interface RecordedState extends Record<"files" | "runtime", Record<string, unknown>> {
  checksum: string;
}

function contentOfFile(name: string, bytes: Buffer): string {
  if (name.startsWith("metrics.ndjson")) {
    return bytes.toString("utf8").replaceAll(/"(durationMs|tokensPerSecond)":[^,}]+/g, '"$1":0');
  }
  if (name.startsWith("state.json")) {
    const { checksum: _, ...state } = JSON.parse(bytes.toString("utf8")) as RecordedState;
    delete state.files["metrics.ndjson"];
    for (const key of ["kernels", "threads"]) delete state.runtime[key];
    return JSON.stringify(state);
  }
  // They show times, memory and every session.
  if (name === "report.html" || name === "report.json") return "a report";
  return bytes.toString("base64");
}

/** One line for each file that differs between two runs. */
export function differences(expected: RunContent, got: RunContent): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
  return [...names].flatMap((name) => {
    if (!(name in got)) return `${name} is missing`;
    if (!(name in expected)) return `${name} was left behind`;
    return got[name] === expected[name] ? [] : `${name} differs`;
  });
}

/** The files of a folder, for the report of a failure. */
export function filesOf(folder: string): Record<string, Uint8Array> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(readdirSync(folder).map((name) => [`run/${name}`, readFileSync(join(folder, name))]));
}

/** The number of steps of the last checkpoint; 0 when there is none. */
export function stepOf(folder: string): number {
  // Between two renamings there is only the second file.
  const path = ["state.json", "state.json.next"].map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) return 0;
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { step: number }).step;
  } catch (error) {
    // The first state of a run was cut short.
    if (path.endsWith(".next")) return 0;
    throw error;
  }
}

/** Loads both models of a run, and the previous checkpoint. A run without a checkpoint, or a completed epoch, must say so. */
export async function loadBoth(folder: string): Promise<void> {
  const step = stepOf(folder);
  for (const weights of ["last", "best"] as const) {
    try {
      (await loadRun(folder, { weights })).model.dispose();
    } catch (error) {
      const { message } = error as Error;
      const early = step === 0 ? /is half-written: |There is no run (folder|in) / : /has no best weights yet/;
      if (early.test(message) && (step === 0 || weights === "best")) continue;
      throw new Error(`the ${weights} model of step ${step} does not load: ${message}`, { cause: error });
    }
  }
  if (existsSync(join(folder, "state.json.previous"))) {
    (await loadRun(folder, { weights: "last", previous: true })).model.dispose();
  }
}

/** Whether the run can be resumed. */
export const resumable = (folder: string): boolean => existsSync(join(folder, "config.yaml"));
