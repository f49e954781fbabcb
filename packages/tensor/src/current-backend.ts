import type { Backend } from "./backend.js";
import { BackendError } from "./errors.js";

let current: Backend | null = null;

/**
 * Chooses the backend on which new tensors are made. Operations run where their arguments live.
 *
 * @example
 * await use(cpu());
 */
export async function use(backend: Backend | Promise<Backend>): Promise<Backend> {
  current = await backend;
  return current;
}

/**
 * The backend that `use` chose last.
 * @throws BackendError when none was chosen: nothing runs on a backend that nobody asked for
 */
export function currentBackend(): Backend {
  if (!current) throw new BackendError("No backend is in use yet: call `await use(cpu())`, or another backend, first.");
  return current;
}
