import { availableParallelism } from "node:os";
import { type Extension, extensionKind, isHeedError, Registry, UnknownNameError } from "@heed/core";
import { type Backend, type BackendExtension, type BackendReport, builtInBackends } from "@heed/tensor";
import type { RunRuntime } from "@heed/train";
import { plural } from "./format.js";
import type { Processes } from "./processes.js";
import { UsageError } from "./usage-error.js";

/** What `--backend` and `--threads` say. */
export interface BackendOptions {
  readonly backend: string;
  readonly threads?: number | undefined;
  /** By default, those on one machine share out its cores. */
  readonly processes?: Pick<Processes, "local"> | undefined;
}

/** A backend, and how it came to be chosen. */
export interface ChosenBackend {
  readonly backend: Backend;
  readonly why: string;
}

/**
 * Yields the backends of plug-ins, then those of heed: `auto` takes the first automatic one that runs. The packages of
 * backends take time to load, so each is loaded when it is its turn.
 */
async function* eachBackend(plugins: readonly Extension[]): AsyncGenerator<BackendExtension> {
  yield* plugins.filter((plugin): plugin is BackendExtension => extensionKind(plugin) === "backend");
  yield (await import("@heed/backend-wasm")).wasmBackend;
  yield* builtInBackends;
  yield (await import("@heed/backend-gpu")).gpuBackend;
}

/** Returns the backends of heed and of plug-ins. */
export async function backendsOf(plugins: readonly Extension[]): Promise<Registry<BackendExtension>> {
  const backends: BackendExtension[] = [];
  for await (const backend of eachBackend(plugins)) backends.push(backend);
  return new Registry("backend", backends);
}

/** What runs when a backend is loaded, or why it cannot be. */
export async function tryBackend(extension: BackendExtension): Promise<BackendReport | string> {
  try {
    const fault = await extension.fault();
    if (fault !== undefined) return fault;
    const backend = await extension.load();
    const report = backend.report();
    await backend.close?.();
    return report;
  } catch (error) {
    if (isHeedError(error)) return error.message;
    throw error;
  }
}

/**
 * Loads the backend of a name. `auto` takes the first automatic one that runs here, and says so.
 *
 * @param plugins - may have backends
 * @param resumed - what computed the run that is resumed: `auto` takes its backend, which is asked for the same bits. Where
 *   they cannot be had, the training reports that they differ.
 * @throws UsageError, BackendError when it cannot run here: nothing else is taken in its place
 */
export async function chooseBackend(
  { backend: name, threads: asked, processes }: BackendOptions,
  plugins: readonly Extension[] = [],
  resumed: RunRuntime | null = null,
): Promise<ChosenBackend> {
  const cores = availableParallelism();
  if (asked !== undefined && asked > cores) {
    throw new UsageError(`--threads ${asked} was asked for, but this machine runs ${cores} at a time.`);
  }
  const threads: Threads = asked ?? (processes && { share: Math.max(1, Math.floor(cores / processes.local)) });
  if (name !== "auto") {
    const extension = await findBackend(name, plugins);
    const fault = await extension.fault();
    if (fault !== undefined) throw new UsageError(`The ${name} backend cannot run here: ${fault}`);
    const same = resumed?.backend === extension.name ? await loadAgain(extension, threads, resumed) : null;
    return { backend: same ?? (await load(extension, threads)), why: "asked for by --backend" };
  }
  for await (const extension of resumed ? eachBackend(plugins) : []) {
    if (extension.name !== resumed?.backend || (await extension.fault()) !== undefined) continue;
    const backend = await loadAgain(extension, threads, resumed);
    if (backend) return { backend, why: "the backend of the run" };
  }
  const faults: string[] = [];
  for await (const extension of eachBackend(plugins)) {
    if (!extension.automatic) continue;
    const fault = await extension.fault();
    if (fault !== undefined) {
      faults.push(`${extension.name} cannot run here: ${fault}`);
      continue;
    }
    const why = ["auto: fastest available", ...faults].join("; ");
    return { backend: await load(extension, threads), why };
  }
  throw new UsageError(`No backend runs here: ${faults.join("; ")}`);
}

/** @throws UsageError when there is no such backend */
async function findBackend(name: string, plugins: readonly Extension[]): Promise<BackendExtension> {
  for await (const backend of eachBackend(plugins)) {
    if (backend.name === name || backend.aliases?.includes(name)) return backend;
  }
  try {
    return (await backendsOf(plugins)).get(name);
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error;
    throw new UsageError(`--backend: ${error.message} Or auto: the fastest that runs here.`, { cause: error });
  }
}

/** How many threads were asked for, or the share of a process, for backends that have threads. */
type Threads = number | { readonly share: number } | undefined;

async function load(extension: BackendExtension, threads: Threads, options = {}): Promise<Backend> {
  if (threads === undefined) return extension.load(options);
  if (typeof threads === "object") {
    return extension.load(
      Object.hasOwn(extension.options, "threads") ? { ...options, threads: threads.share } : options,
    );
  }
  if (Object.hasOwn(extension.options, "threads")) return extension.load({ ...options, threads });
  if (threads === 1) return extension.load(options);
  throw new UsageError(`The ${extension.name} backend has no threads to choose: leave out --threads ${threads}.`);
}

/** Loads the backend of a run with the same arithmetic; null where it cannot be had. */
async function loadAgain(
  extension: BackendExtension,
  threads: Threads,
  { arithmetic }: RunRuntime,
): Promise<Backend | null> {
  // `arithmetic` was read from a file: only options that choose one of several texts are taken from it.
  const known = Object.entries(extension.options).filter(([, { choices }]) => choices !== undefined);
  const options = known.flatMap(([name]) => (Object.hasOwn(arithmetic, name) ? [[name, arithmetic[name]]] : []));
  try {
    return await load(extension, threads, Object.fromEntries(options));
  } catch (error) {
    if (isHeedError(error, "BackendError") || isHeedError(error, "OptionError")) return null;
    throw error;
  }
}

/** What runs, without its figures. */
export function backendInBrief({ backend, device, precision, threads }: BackendReport): string {
  return `${backend}: ${device}, ${precision}, ${plural(threads, "thread")}`;
}

/** What a backend has in place of what was wanted, and why. */
export function describeFallbacks({ fallbacks }: BackendReport): string[] {
  return fallbacks.map(({ wanted, got, why }) => `${got} in place of ${wanted}: ${why}`);
}

/** What really runs, in one line. */
export function describeBackend(report: BackendReport): string {
  const facts = Object.entries(report.details).map(([name, value]) => `${name} ${value}`);
  return [backendInBrief(report), ...facts, ...describeFallbacks(report)].join(", ");
}
