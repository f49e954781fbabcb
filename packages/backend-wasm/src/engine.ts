import { BackendError, bytesPerElement, type DeviceBuffer, type DType, type TensorData } from "@heed/tensor";
import { Allocator, type AllocatorStatistics } from "./allocator.js";
import type { Kernel, KernelFunction } from "./instance.js";
import type { ThreadPool } from "./thread-pool.js";

const page = 65_536;
/** What one call of a kernel may be told about the axes of its operands. */
const axesBytes = 2_048;

/** A part of linear memory. */
export class WasmBuffer implements DeviceBuffer {
  /** The same matrix in the orders in which products read it, once it has been used often enough; see `Gemm.packed`. */
  packed: PackedMatrix[] | null = null;

  /** @param block - bytes of the block of memory that it fills, or more than fills */
  constructor(
    readonly pointer: number,
    readonly size: number,
    readonly dtype: DType,
    readonly block: number,
  ) {}

  get bytes(): number {
    return this.size * bytesPerElement[this.dtype];
  }
}

/** A matrix [k, n] (or [n, k] when `transposed`) laid out for products. */
export interface PackedMatrix {
  readonly n: number;
  readonly k: number;
  readonly transposed: boolean;
  /** How often it has been a right-hand operand. */
  uses: number;
  /** 0 as long as it is not packed. */
  pointer: number;
  bytes: number;
}

/** One linear memory, the kernels that work on it, and the threads that share it. */
export class Engine {
  readonly memory: WebAssembly.Memory;
  /** Columns of a panel of packed matrices. */
  readonly panel: number;
  /** Where kernels read the axes of their operands. */
  readonly axes: number;
  i32: Int32Array;
  /** Shares out every job, however small. */
  readonly shareEverything: boolean;
  readonly #exports: Readonly<Record<string, KernelFunction>>;
  readonly #allocator: Allocator;
  readonly #kernels = new Map<string, Kernel>();
  #pool: ThreadPool | null;
  #f32: Float32Array;
  #u8: Uint8Array;
  #buffers = 0;
  #bufferBytes = 0;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(
    memory: WebAssembly.Memory,
    instance: WebAssembly.Instance,
    panel: number,
    limit: number,
    pool: ThreadPool | null,
    shareEverything = false,
  ) {
    this.shareEverything = shareEverything;
    this.memory = memory;
    this.panel = panel;
    this.#pool = pool;
    this.#exports = instance.exports as unknown as Record<string, KernelFunction>;
    const { dataEnd } = this.#exports as unknown as { dataEnd: () => number };
    this.axes = Math.ceil(dataEnd() / 64) * 64;
    this.i32 = new Int32Array(memory.buffer);
    this.#f32 = new Float32Array(memory.buffer);
    this.#u8 = new Uint8Array(memory.buffer);
    // The last line of the memory is never given out: kernels may read a little beyond a buffer.
    this.#allocator = new Allocator(this.axes + axesBytes, memory.buffer.byteLength - 64, limit - 64, (end) =>
      this.#grow(end),
    );
  }

  /** The threads; null when there is only one. */
  get pool(): ThreadPool | null {
    return this.#pool;
  }

  /** Ends the other threads. Results stay the same, bit for bit. */
  useOneThread(): void {
    this.#pool?.stop();
    this.#pool = null;
  }

  get statistics(): AllocatorStatistics {
    return this.#allocator.statistics;
  }

  get aliveBuffers(): { buffers: number; bytes: number } {
    return { buffers: this.#buffers, bytes: this.#bufferBytes };
  }

  /** A new buffer with whatever the memory holds. */
  buffer(size: number, dtype: DType): WasmBuffer {
    const block = Allocator.blockSize(dtype === "bool" ? size : 4 * size);
    const made = new WasmBuffer(this.#allocator.allocate(block), size, dtype, block);
    this.#buffers++;
    this.#bufferBytes += block;
    return made;
  }

  /** Gives a buffer back. */
  free(buffer: WasmBuffer): void {
    if (buffer.pointer === 0) throw new BackendError("wasm: a buffer was freed twice.");
    this.#buffers--;
    this.#bufferBytes -= buffer.block;
    this.#allocator.free(buffer.pointer, buffer.block);
    if (buffer.packed) {
      for (const { pointer, bytes } of buffer.packed) if (pointer !== 0) this.release(pointer, bytes);
      buffer.packed = null;
    }
    (buffer as { pointer: number }).pointer = 0;
  }

  /** Memory that no tensor owns; whoever asks gives it back with {@link Engine.release}. */
  acquire(bytes: number): number {
    return this.#allocator.allocate(Allocator.blockSize(bytes));
  }

  release(pointer: number, bytes: number): void {
    this.#allocator.free(pointer, Allocator.blockSize(bytes));
  }

  kernel(name: string): Kernel {
    let found = this.#kernels.get(name);
    if (!found) {
      const call = this.#exports[name];
      if (!call) throw new BackendError(`wasm: there is no kernel "${name}".`);
      found = { index: Object.keys(this.#exports).indexOf(name), call };
      this.#kernels.set(name, found);
    }
    return found;
  }

  /**
   * Runs a kernel over items 0 … `items` − 1, shared out among the threads when there are at least two times `wanted` of
   * them.
   *
   * @param wanted - how many items are worth waking a thread for
   * @param scratch - bytes of workspace that each thread needs
   */
  run(kernel: Kernel, items: number, wanted: number, scratch: number, args: readonly number[]): void {
    const parts = this.parts(items, wanted);
    const workspace = scratch === 0 ? 0 : this.scratch(scratch * parts);
    if (parts === 1) kernel.call(0, items, workspace, ...args);
    else this.pool?.run(kernel, items, parts, workspace, scratch, args);
  }

  /** Among how many threads items are shared out. */
  parts(items: number, wanted: number): number {
    if (this.pool === null) return 1;
    const grain = this.shareEverything ? 1 : wanted;
    return items < 2 * grain ? 1 : Math.min(this.pool.threads, Math.floor(items / grain));
  }

  /** Workspace until the next call that asks for some. */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      if (this.#scratch !== 0) this.release(this.#scratch, this.#scratchBytes);
      this.#scratch = 0;
      this.#scratchBytes = 0;
      this.#scratch = this.acquire(bytes);
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }

  write(buffer: WasmBuffer, values: TensorData): void {
    if (buffer.dtype === "f32") this.#f32.set(values, buffer.pointer >>> 2);
    else if (buffer.dtype === "i32") this.i32.set(values, buffer.pointer >>> 2);
    else this.#u8.set(values, buffer.pointer);
  }

  read(buffer: WasmBuffer): TensorData {
    return this.view(buffer).slice();
  }

  /** The memory of a buffer itself; see `Primitives.view`. */
  view(buffer: WasmBuffer): TensorData {
    const { dtype, pointer, size } = buffer;
    if (pointer === 0) throw new BackendError("wasm: a buffer was used after it was freed.");
    if (dtype === "bool") return this.#u8.subarray(pointer, pointer + size);
    return (dtype === "f32" ? this.#f32 : this.i32).subarray(pointer >>> 2, (pointer >>> 2) + size);
  }

  /** Copies bytes from one address to another. */
  copyWithin(from: number, to: number, bytes: number): void {
    this.#u8.copyWithin(to, from, from + bytes);
  }

  #grow(end: number): number {
    const pages = Math.ceil((end + 64 - this.memory.buffer.byteLength) / page);
    this.memory.grow(pages);
    this.i32 = new Int32Array(this.memory.buffer);
    this.#f32 = new Float32Array(this.memory.buffer);
    this.#u8 = new Uint8Array(this.memory.buffer);
    return this.memory.buffer.byteLength - 64;
  }
}
