import type { Backend, BackendMemory } from "./backend.js";
import { currentBackend } from "./current-backend.js";

/** What is alive on a backend, by default the one in use. */
export function memory(backend: Backend = currentBackend()): BackendMemory {
  return backend.memory();
}
