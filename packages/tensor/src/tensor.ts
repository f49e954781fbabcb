import { shownArgument } from "@heed/core";
import type { Backend, DeviceBuffer, Operand } from "./backend.js";
import type { DType, TensorData } from "./dtype.js";
import { BackendError, DTypeError, LifetimeError } from "./errors.js";
import { type Runtime, runtime, tensorBrand } from "./runtime.js";
import { formatShape, type Shape, sizeOf } from "./shape.js";
import type { Storage } from "./storage.js";

/** Where an argument came from when it was used: a result of another node, or a leaf, a parameter. */
export type Edge = { readonly node: GraphNode; readonly outputIndex: number } | { readonly leaf: Tensor };

/** One application of an operation: what it was applied to, and how cotangents flow back. */
export interface GraphNode {
  readonly op: string;
  /** Counts up: a node's inputs always come from nodes with smaller numbers. */
  readonly order: number;
  /** One for each argument, `null` where no gradient is wanted. Taken down at once: what becomes of the tensors later is theirs. */
  readonly edges: readonly (Edge | null)[];
  /** The arguments with the values that they had; `null` for one that was left out. */
  readonly inputs: readonly (Tensor | null)[];
  /** The results, for their shapes and, in gradients, their values. */
  readonly outputs: readonly Tensor[];
  /**
   * Vector-Jacobian products.
   * @param cotangents - d(loss)/d(output), `null` for a result that the loss does not depend on
   * @param needs - which inputs want one; the others get `null`
   */
  readonly vjp: (cotangents: readonly (Tensor | null)[], needs: readonly boolean[]) => readonly (Tensor | null)[];
}

/** The tensors made since a scope began. */
export interface Scope {
  readonly tensors: Tensor[];
}

/** The innermost open scope. */
export function currentScope(): Scope | null {
  return (runtime.scopes[runtime.scopes.length - 1] as Scope | undefined) ?? null;
}

/** Frees what nobody freed by hand, once it is unreachable: the backstop, never the plan. */
const unreachable = new FinalizationRegistry<Storage>((storage) => storage.release());

/**
 * An immutable array of numbers with a shape, on a backend; row-major and contiguous. When it was computed from a
 * {@link Parameter} it also knows how, so that `backward()` can find gradients. Its methods that apply operations, such as
 * `add` and `backward`, are in `tensor-methods.ts`.
 *
 * @example
 * await use(cpu());
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await x.matmul(x).data()); // Float32Array [7, 10, 15, 22]
 */
export class Tensor implements Operand {
  /** The operation that made this tensor, when gradients flow through it. */
  node: GraphNode | null = null;
  /** Which result of {@link Tensor.node} this is. */
  outputIndex = 0;
  /** Set when the scope that held the graph behind this tensor has ended. */
  graphFreed = false;
  #storage: Storage | null;
  #owner: Scope | null = null;

  constructor(
    storage: Storage,
    readonly shape: Shape,
    readonly dtype: DType,
  ) {
    this.#storage = storage;
    this.moveTo(currentScope());
  }

  /** Marks tensors for every copy of this package, and tells which runtime they belong to. */
  get [tensorBrand](): Runtime {
    return runtime;
  }

  /** Whether gradients flow to or through this tensor. */
  get tracked(): boolean {
    return this.node !== null;
  }

  /**
   * Refuses JavaScript's operators, which would give NaN. In a string, the tensor is its shape and dtype.
   * @throws DTypeError in `tensor * 2` and the like
   */
  [Symbol.toPrimitive](hint: "default" | "number" | "string"): string {
    if (hint === "string") return `Tensor ${formatShape(this.shape)} ${this.dtype}`;
    throw new DTypeError(
      "JavaScript's operators do not work on tensors: got a tensor beside an operator such as *, + or <. Write mul(a, b) or a.mul(b), add(a, b), less(a, b).",
    );
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get backend(): Backend {
    return this.storage.backend;
  }

  /** The backend's memory. */
  get buffer(): DeviceBuffer {
    return this.storage.buffer;
  }

  /** @throws LifetimeError when the tensor was freed */
  get storage(): Storage {
    if (this.#storage) return this.#storage;
    throw new LifetimeError(
      `A tensor of shape ${formatShape(this.shape)} is used after it was freed: return it from its scope, or keep() it.`,
    );
  }

  get disposed(): boolean {
    return this.#storage === null;
  }

  /** The scope that will free this tensor. */
  get owner(): Scope | null {
    return this.#owner;
  }

  /** Hands the tensor to another scope, or to nobody: then garbage collection is its backstop. */
  moveTo(owner: Scope | null): void {
    if (!this.#storage) return;
    if (!this.#owner) unreachable.unregister(this);
    this.#owner = owner;
    if (owner) owner.tensors.push(this);
    else unreachable.register(this, this.#storage, this);
  }

  /** Forgets how this tensor was computed, when the scope that holds the graph ends. */
  forgetGraph(): void {
    if (this.node) this.graphFreed = true;
    this.node = null;
  }

  /** What this tensor holds now, as the graph remembers it; a Parameter answers with a copy that later updates spare. */
  snapshot(): Tensor {
    return this;
  }

  /** Puts other memory behind this object, as a parameter's update does. */
  protected replaceStorage(storage: Storage): void {
    const previous = this.storage;
    unreachable.unregister(this);
    this.#storage = storage;
    unreachable.register(this, storage, this);
    previous.release();
  }

  /** Frees the tensor now. Freeing twice is harmless. */
  dispose(): void {
    if (!this.#storage) return;
    if (!this.#owner) unreachable.unregister(this);
    this.#storage.release();
    this.#storage = null;
    this.#owner = null;
    this.node = null;
  }

  /** The values, row-major, as a copy on the host. */
  data(): Promise<TensorData> {
    return this.backend.download(this.buffer);
  }

  /**
   * The values without waiting.
   * @throws BackendError where the backend cannot: `await data()` works on every backend
   */
  dataSync(): TensorData {
    if (!this.backend.downloadSync) {
      throw new BackendError(
        `The ${this.backend.name} backend cannot read synchronously: use \`await tensor.data()\`.`,
      );
    }
    return this.backend.downloadSync(this.buffer);
  }

  /**
   * The only value of a tensor with one element.
   * @throws LifetimeError when it was freed
   */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new BackendError(`item() needs one element; this tensor has shape ${formatShape(this.shape)}.`);
    return (await this.data())[0]!;
  }
}

/**
 * Returns whether a value is a tensor. Tensors of other copies of this package are recognised.
 *
 * @throws BackendError for a tensor of another runtime: of another major version, or of another realm such as a frame
 */
export function isTensor(value: unknown): value is Tensor {
  // The usual case, and the fastest: a tensor of this copy.
  if (value instanceof Tensor) return true;
  const owner = (value as { readonly [tensorBrand]?: Runtime } | null | undefined)?.[tensorBrand];
  if (owner === runtime) return true;
  if (owner === undefined) return false;
  throw new BackendError(
    `Expected a tensor of @heed/tensor ${runtime.major} (${runtime.path}), got one of @heed/tensor ${owner.major} (${owner.path}). Use one major version, in one realm.`,
  );
}

/**
 * Checks an argument of a function that is not an operation.
 * @throws DTypeError when it is not a tensor
 */
export function assertTensor(owner: string, argument: string, value: unknown): asserts value is Tensor {
  if (isTensor(value)) return;
  throw new DTypeError(`${owner}: ${argument} must be a tensor, got ${shownArgument(value)}.`);
}
