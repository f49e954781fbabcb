import type { Backend } from "@heed/tensor";
import * as z from "zod/mini";
import { version } from "../version.js";

const text = z.string().check(z.maxLength(1000));

/** The schema of {@link RunRuntime}. */
export const runtimeSchema = z.strictObject({
  /** Version of heed. */
  heed: text,
  /** `Node 24.1.0`, or the user agent of a browser. */
  engine: text,
  /** Name of the backend. */
  backend: text,
  /** What decides the bits of the backend's results, such as `{ multiplyAdd: "fused" }`. */
  arithmetic: z.record(z.string().check(z.maxLength(100)), text),
  /** The kernels of the backend; null where it has only one kind. */
  kernels: z.nullable(text),
  threads: z.int().check(z.minimum(1)),
});

/**
 * What computed a step of a run. Runs with equal `heed`, `backend` and `arithmetic` have equal bits; `engine`, `kernels` and
 * `threads` do not change them.
 */
export type RunRuntime = z.infer<typeof runtimeSchema>;

/**
 * Describes what computes on a backend.
 *
 * @param processes - number of processes; sums over several of them have other bits
 */
export function runtimeOf(backend: Backend, processes = 1): RunRuntime {
  const { arithmetic = {}, details, threads } = backend.report();
  return {
    heed: version,
    engine: engineName(),
    backend: backend.name,
    arithmetic: { ...arithmetic, ...(processes > 1 && { processes: String(processes) }) },
    kernels: details.kernels === undefined ? null : String(details.kernels),
    threads,
  };
}

/** Lists what changes the bits of results, such as `backend cpu (before: wasm)`; empty when the bits are the same. */
export function runtimeChanges(before: RunRuntime, now: RunRuntime): string[] {
  const changes: string[] = [];
  const compare = (name: string, from: string, to: string): void => {
    if (from !== to) changes.push(`${name} ${to} (before: ${from})`);
  };
  compare("heed", before.heed, now.heed);
  compare("backend", before.backend, now.backend);
  if (before.backend !== now.backend) return changes;
  const names = new Set([...Object.keys(before.arithmetic), ...Object.keys(now.arithmetic)]);
  for (const name of names) {
    const none = name === "processes" ? "1" : "none";
    compare(name, before.arithmetic[name] ?? none, now.arithmetic[name] ?? none);
  }
  return changes;
}

function engineName(): string {
  const node = globalThis.process?.versions?.node;
  return node === undefined ? globalThis.navigator.userAgent : `Node ${node}`;
}
