import type { Backend, FusedKernel } from "./backend.js";
import { BackendError } from "./errors.js";

/** Major version of this package. */
export const major = 0;

/** All mutable state of this package. Every copy of it in a program works on the same object. */
export interface Runtime {
  readonly major: number;
  /** File or address of the copy that was loaded first. */
  readonly path: string;
  /** Whether operations are recorded for gradients. */
  recording: boolean;
  /** Number of graph nodes so far. */
  nodes: number;
  /** Open scopes, the innermost last: see `scope.ts`. */
  readonly scopes: object[];
  /** The backend that `use` chose last. */
  backend: Backend | null;
  /** See `observer.ts`. */
  observer: object | null;
  /** Number of elements that may still be created, inside `construct`. */
  elementsLeft: number | null;
  /** Whether `findNonFinite` is running. */
  searching: boolean;
  /** Fused kernels of each backend, by name of the operation. */
  readonly kernels: WeakMap<Backend, ReadonlyMap<string, FusedKernel["implementation"]>>;
}

const prefix = "heed.runtime.";

/** The state that all copies of this package with the same major version share. */
export const runtime: Runtime = sharedRuntime(globalThis, import.meta.url, major);

/**
 * Returns the shared state, and creates it when this copy of the package is the first.
 *
 * @param path - file or address of this copy
 * @throws BackendError when a copy with another major version was loaded before
 */
export function sharedRuntime(holder: object, path: string | undefined, version: number): Runtime {
  const runtimes = holder as Record<symbol, Runtime | undefined>;
  const key = Symbol.for(prefix + version);
  for (const symbol of Object.getOwnPropertySymbols(holder)) {
    const other = symbol.description?.startsWith(prefix) && symbol !== key ? runtimes[symbol] : undefined;
    if (other) {
      throw new BackendError(
        `Expected one major version of @heed/tensor, got ${other.major} (${other.path}) and ${version} (${path}). Install the same major version in both places.`,
      );
    }
  }
  const created: Runtime = {
    major: version,
    path: path ?? "unknown path",
    recording: true,
    nodes: 0,
    scopes: [],
    backend: null,
    observer: null,
    elementsLeft: null,
    searching: false,
    kernels: new WeakMap(),
  };
  runtimes[key] ??= created;
  return runtimes[key];
}

/** Every tensor has the runtime that it belongs to under this symbol, whichever copy of the package made it. */
export const tensorBrand: unique symbol = Symbol.for("heed.tensor") as never;
