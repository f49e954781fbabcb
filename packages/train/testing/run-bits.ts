import { type WasmOptions, wasm } from "@heed/backend-wasm";
import { type CpuOptions, cpu, use } from "@heed/tensor";
import type { EpochEvent } from "../src/events.js";
import { memoryFileSystem, type RunRuntime, readRuntime, train, translate } from "../src/index.js";
import { sha256 } from "../src/run/sha256.js";
import { tinyConfig } from "./tiny-config.js";

/** A training run whose bits are asked for. Everything is plain data, for processes and pages. */
export interface RunRequest {
  readonly recipe?: "copy" | "transformer";
  readonly cpu?: CpuOptions;
  readonly wasm?: WasmOptions;
  /** Trains a model that takes little time on `cpu`, too. */
  readonly small?: boolean;
  /** Stops after this step, and resumes. */
  readonly pauseAt?: number;
  /** Replaces the clock by one that runs at random, so that everything that is timed is chosen at random. */
  readonly randomClock?: boolean;
}

/** What came of a run. */
export interface RunBits {
  /** SHA-256 of weights, optimizer, losses and translations. */
  readonly hash: string;
  readonly runtime: RunRuntime;
}

/** Sizes at which threads share the work. */
const configs = {
  small: {},
  copy: { model: { embeddingSize: 32, hiddenSize: 64, dropout: 0.1 } },
  transformer: { recipe: "transformer", model: { hiddenSize: 64, heads: 4, dropout: 0.1 } },
};

/** Trains a small model on a backend that is loaded for it, and returns its bits. */
export async function runBits(request: RunRequest): Promise<RunBits> {
  if (request.randomClock) setRandomClock();
  const backend = await use(request.cpu ? cpu(request.cpu) : wasm(request.wasm));
  const fileSystem = memoryFileSystem();
  const data = { task: "copy", symbols: 5, minLength: 3, maxLength: 6, train: 96, validation: 8 };
  const config = tinyConfig(
    { epochs: 1, batchSize: 32 },
    { ...configs[request.small ? "small" : (request.recipe ?? "copy")], data },
  );
  const control = new AbortController();
  const started = await train({
    ...{ config, out: "run", fileSystem, signal: control.signal },
    on: (event) => event.event === "step" && event.step === request.pauseAt && control.abort(),
  });
  const run = control.signal.aborted ? await train({ out: "run", fileSystem, resume: true }) : started;
  const translations = await translate(run, ["a b c", "c b a d e"]);
  const texts = [
    JSON.stringify(run.history.map(({ durationMs: _, tokensPerSecond: __, ...epoch }: EpochEvent) => epoch)),
    JSON.stringify(translations.map(({ text }) => text)),
  ];
  const files = ["model.safetensors", "best.safetensors", "optimizer.safetensors"];
  const parts = [
    ...(await Promise.all(files.map(async (name) => (await fileSystem.read(`run/${name}`))!))),
    ...texts.map((text) => new TextEncoder().encode(text)),
  ];
  const hashes = await Promise.all(parts.map(sha256));
  const runtime = (await readRuntime("run", fileSystem))!;
  started.model.dispose();
  await backend.close?.();
  return { hash: await sha256(new TextEncoder().encode(hashes.join())), runtime };
}

function setRandomClock(): void {
  let time = performance.now();
  performance.now = () => {
    time += Math.random();
    return time;
  };
}
