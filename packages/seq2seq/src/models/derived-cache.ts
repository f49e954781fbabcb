import { disposeAll, isParameter, isRecording, keep, type Parameter, type Tensor, treeLeaves } from "@heed/tensor";

/**
 * Keeps values that are computed from parameters alone, such as slices of a weight, until a parameter changes. It caches
 * only while gradients are not recorded: a recorded computation needs them in its own graph, and computes them again.
 */
export class DerivedCache<T> {
  readonly #parameters: () => readonly Parameter[];
  readonly #compute: () => T;
  #cached: { readonly value: T; readonly storages: readonly unknown[] } | null = null;

  /**
   * @param parameters - the parameters that the value depends on
   * @param compute - computes the value
   */
  constructor(parameters: () => readonly Parameter[], compute: () => T) {
    this.#parameters = parameters;
    this.#compute = compute;
  }

  /** Returns the value. */
  get(): T {
    if (isRecording()) return this.#compute();
    // An update gives a parameter a new storage.
    const storages = this.#parameters().map(({ storage }) => storage);
    const { storages: before = [] } = this.#cached ?? {};
    if (this.#cached && storages.every((storage, i) => storage === before[i])) return this.#cached.value;
    this.release();
    const value = this.#compute();
    keep(ownTensors(value));
    this.#cached = { value, storages };
    return value;
  }

  /** Frees the cached value. The next {@link get} computes it again. */
  release(): void {
    if (this.#cached) disposeAll(ownTensors(this.#cached.value));
    this.#cached = null;
  }
}

/** The tensors of a value, without parameters, which belong to the model. */
function ownTensors(value: unknown): Tensor[] {
  return treeLeaves(value).filter((tensor) => !isParameter(tensor));
}
