import { shownArgument } from "@heed/core";
import type { Backend, BackendMemory } from "./backend.js";
import { BackendError } from "./errors.js";
import { runtime } from "./runtime.js";

/**
 * Chooses the backend on which new tensors are made. Operations run where their arguments live.
 *
 * @throws BackendError when the argument is not a backend
 * @example
 * await use(cpu());
 */
export async function use(backend: Backend | Promise<Backend>): Promise<Backend> {
  const chosen = await backend;
  if (typeof chosen?.upload !== "function") {
    const hint = typeof chosen === "function" ? " Call it: use(cpu())." : " Pass the result of cpu(), for example.";
    throw new BackendError(`use: expected a backend, got ${shownArgument(chosen)}.${hint}`);
  }
  runtime.backend = chosen;
  return runtime.backend;
}

/**
 * The backend that `use` chose last.
 * @throws BackendError when none was chosen: nothing runs on a backend that nobody asked for
 */
export function currentBackend(): Backend {
  if (runtime.backend) return runtime.backend;
  throw new BackendError("No backend is in use yet: call `await use(cpu())`, or another backend, first.");
}

/** What is alive on a backend, by default the one in use. */
export function memory(backend: Backend = currentBackend()): BackendMemory {
  return backend.memory();
}
