import { availableParallelism } from "node:os";
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
  /** Why it cannot run here; undefined where it can. */
  readonly fault: () => Promise<string | undefined>;
  readonly load: (threads: number | undefined) => Promise<Backend>;
}

/** The backends of this version, the fastest first: `auto` takes the first one that runs here. */
export const backendLoaders: readonly BackendLoader[] = [
  {
    name: "wasm",
    fault: async () => ((await simd()) ? undefined : "this engine has no WebAssembly SIMD."),
    load: async (threads) => (await import("@heed/backend-wasm")).wasm(threads === undefined ? {} : { threads }),
  },
  {
    name: "cpu",
    fault: async () => undefined,
    load: async (threads) => {
      if (threads !== undefined && threads > 1) {
        throw new UsageError(`The cpu backend runs in one thread: leave out --threads ${threads}.`);
      }
      return cpu();
    },
  },
];

/** The values of `--backend`: `auto`, then the fastest first. */
export const backendNames = ["auto", "wasm", "gpu", "cpu"] as const;

/**
 * Loads the backend of a name. `auto` takes the best one that runs here, and says so.
 *
 * @throws UsageError where there is no such backend, or it cannot run here: nothing else is taken in its place
 */
export async function chooseBackend({ backend: name, threads }: BackendOptions): Promise<ChosenBackend> {
  const cores = availableParallelism();
  if (threads !== undefined && threads > cores) {
    throw new UsageError(`--threads ${threads} was asked for, but this machine runs ${cores} at a time.`);
  }
  const known = backendLoaders.map((loader) => loader.name);
  if (name !== "auto") {
    const loader = backendLoaders.find((candidate) => candidate.name === name);
    if (!loader) {
      throw new UsageError(
        `This version of heed has no ${name} backend. It has: ${known.join(", ")}. Use --backend auto for the fastest of them.`,
      );
    }
    const fault = await loader.fault();
    if (fault !== undefined) throw new UsageError(`The ${name} backend cannot run here: ${fault}`);
    return { backend: await loader.load(threads), why: "asked for by --backend" };
  }
  const faults: string[] = [];
  for (const loader of backendLoaders) {
    const fault = await loader.fault();
    if (fault !== undefined) {
      faults.push(`${loader.name} cannot run here: ${fault}`);
      continue;
    }
    const reason = known.length === 1 ? "the only backend of this version" : "the fastest that runs here";
    return { backend: await loader.load(threads), why: ["chosen by auto", reason, ...faults].join("; ") };
  }
  throw new UsageError(`No backend runs here: ${faults.join("; ")}`);
}

/** What really runs, in one line. */
export function describeBackend({ backend, device, precision, threads, details, fallbacks }: BackendReport): string {
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  const missed = fallbacks.map(({ wanted, got, why }) => `${got} in place of ${wanted}: ${why}`);
  return `${backend}: ${[device, precision, plural(threads, "thread"), ...facts, ...missed].join(", ")}`;
}
