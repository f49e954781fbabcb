import { availableParallelism } from "node:os";
import { type Extension, isHeedError } from "@heed/core";
import { type Backend, type BackendReport, cpu } from "@heed/tensor";
import { simd } from "wasm-feature-detect";
import { plural } from "./format.js";
import { UsageError } from "./usage-error.js";

/** What `--backend` and `--threads` say. */
export interface BackendOptions {
  readonly backend: string;
  readonly threads?: number | undefined;
}

/** A backend, and how it came to be chosen. */
export interface ChosenBackend {
  readonly backend: Backend;
  readonly why: string;
}

interface BackendLoader {
  readonly name: string;
  /** Whether `auto` may take it. */
  readonly automatic: boolean;
  /** Why it cannot run here; undefined where it can, or where only loading it shows that. */
  readonly fault: () => Promise<string | undefined>;
  readonly load: (threads: number | undefined) => Promise<Backend>;
}

/** The backends of this version: `auto` takes the first automatic one that runs here. */
export const backendLoaders: readonly BackendLoader[] = [
  {
    name: "wasm",
    automatic: true,
    fault: async () => ((await simd()) ? undefined : "this engine has no WebAssembly SIMD."),
    load: async (threads) => (await import("@heed/backend-wasm")).wasm(threads === undefined ? {} : { threads }),
  },
  {
    name: "gpu",
    // In Node a graphics card is reached only where the package `webgpu` is installed.
    automatic: false,
    fault: async () => undefined,
    load: async (threads) => {
      if (threads !== undefined)
        throw new UsageError(`The gpu backend has no threads: leave out --threads ${threads}.`);
      return (await import("@heed/backend-gpu")).gpu();
    },
  },
  {
    name: "cpu",
    automatic: true,
    fault: async () => undefined,
    load: async (threads) => {
      if (threads !== undefined && threads > 1) {
        throw new UsageError(`The cpu backend runs in one thread: leave out --threads ${threads}.`);
      }
      return cpu();
    },
  },
];

/** The values of `--backend`. */
export const backendNames = ["auto", "wasm", "gpu", "cpu"] as const;

/** What runs when a backend is loaded, or why it cannot be. */
export async function tryBackend({ fault, load }: BackendLoader): Promise<BackendReport | string> {
  const why = await fault();
  if (why !== undefined) return why;
  try {
    const backend = await load(undefined);
    const report = backend.report();
    await backend.close?.();
    return report;
  } catch (error) {
    if (isHeedError(error, "BackendError")) return error.message;
    throw error;
  }
}

/**
 * Loads the backend of a name. `auto` takes the best one that runs here, and says so.
 *
 * @throws UsageError, BackendError where it cannot run here: nothing else is taken in its place
 */
export async function chooseBackend(
  { backend: name, threads }: BackendOptions,
  _plugins: readonly Extension[] = [],
): Promise<ChosenBackend> {
  const cores = availableParallelism();
  if (threads !== undefined && threads > cores) {
    throw new UsageError(`--threads ${threads} was asked for, but this machine runs ${cores} at a time.`);
  }
  if (name !== "auto") {
    const loader = backendLoaders.find((candidate) => candidate.name === name);
    if (!loader)
      throw new UsageError(`There is no backend ${name}: use --backend auto for the fastest that runs here.`);
    const fault = await loader.fault();
    if (fault !== undefined) throw new UsageError(`The ${name} backend cannot run here: ${fault}`);
    return { backend: await loader.load(threads), why: "asked for by --backend" };
  }
  const faults: string[] = [];
  for (const loader of backendLoaders.filter(({ automatic }) => automatic)) {
    const fault = await loader.fault();
    if (fault !== undefined) {
      faults.push(`${loader.name} cannot run here: ${fault}`);
      continue;
    }
    const why = ["chosen by auto", "the fastest that runs here", ...faults].join("; ");
    return { backend: await loader.load(threads), why };
  }
  throw new UsageError(`No backend runs here: ${faults.join("; ")}`);
}

/** What really runs, in one line. */
export function describeBackend({ backend, device, precision, threads, details, fallbacks }: BackendReport): string {
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  const missed = fallbacks.map(({ wanted, got, why }) => `${got} in place of ${wanted}: ${why}`);
  return `${backend}: ${[device, precision, plural(threads, "thread"), ...facts, ...missed].join(", ")}`;
}
