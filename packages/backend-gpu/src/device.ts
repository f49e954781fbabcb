import { BackendError, type BackendMemory, type DType, type TensorData } from "@heed/tensor";
import { fromFloats, GpuBuffer, toFloats } from "./buffer.js";
import type { Connection } from "./connection.js";
import type { Handle, KernelCore, KernelFunction } from "./gpu-js.js";
import { compile, compileUpload, type Kernel } from "./kernel.js";
import { assertExact, assertFits } from "./limits.js";
import { isHostMode } from "./mode.js";
import { WorkQueue } from "./work-queue.js";

/** What a kernel is given: a buffer, or a number. */
export type Argument = GpuBuffer | number;

const filled: Kernel = { name: "fill", parameters: { value: "number" }, body: "return value;" };

/** Buffers and kernels on one device: what is alive, what is compiled, and in which order things are done. */
export class Device {
  readonly #kernels = new Map<string, KernelFunction>();
  readonly #queue: WorkQueue;
  #upload: KernelFunction | null = null;
  #zero: GpuBuffer | null = null;
  #buffers = 0;
  #handles = 0;
  #bytes = 0;
  /** How often values went to the host and came from it, kernels ran, and kernels were compiled. */
  readonly counters = { hostReads: 0, hostWrites: 0, launches: 0, compilations: 0 };

  constructor(readonly connection: Connection) {
    this.#queue = new WorkQueue(connection.mode === "webgpu");
  }

  /** Whether a call may return several elements: only WebGPU lays them in a row, as tensors do. */
  get severalResults(): boolean {
    return this.connection.mode === "webgpu";
  }

  /** Results of gpu.js that have not been given back. */
  get handles(): number {
    return this.#handles;
  }

  get memory(): BackendMemory {
    return { buffers: this.#buffers, bytes: this.#bytes };
  }

  upload(values: TensorData, dtype: DType): GpuBuffer {
    if (dtype === "i32") assertExact(values);
    const buffer = this.#adopt(new GpuBuffer(dtype, values.length));
    const floats = toFloats(values);
    buffer.known = dtype === "f32" ? floats : values.slice();
    if (values.length === 0) return buffer;
    this.counters.hostWrites++;
    if (!this.#upload) {
      this.#upload = compileUpload(this.connection.gpu);
      this.counters.compilations++;
    }
    this.#launch(buffer, this.#upload, [values.length], [floats]);
    return buffer;
  }

  /** A buffer of one value, which takes memory once a kernel reads it. */
  fill(size: number, value: number, dtype: DType): GpuBuffer {
    const buffer = this.#adopt(new GpuBuffer(dtype, size));
    buffer.constant = value;
    return buffer;
  }

  /** Runs a kernel along a line of `size` elements. */
  run(kernel: Kernel, size: number, args: readonly Argument[], dtype: DType = "f32"): GpuBuffer {
    const buffer = this.#adopt(new GpuBuffer(dtype, size));
    if (size > 0) this.#launch(buffer, this.#compiled(kernel, false), [size], this.#prepare(args));
    return buffer;
  }

  /** Runs a kernel with `grid: "matrix"`. */
  runMatrix(kernel: Kernel, rows: number, columns: number, args: readonly Argument[]): GpuBuffer {
    const { side } = this.connection.limits;
    const calls = columns / (kernel.results ?? 1);
    const asMatrix = rows > 1 && calls > 1 && rows <= side && calls <= side;
    const buffer = this.#adopt(new GpuBuffer("f32", rows * columns));
    if (rows * columns === 0) return buffer;
    const prepared = this.#prepare(asMatrix ? args : [...args, calls]);
    this.#launch(buffer, this.#compiled(kernel, asMatrix), asMatrix ? [calls, rows] : [rows * calls], prepared);
    return buffer;
  }

  /** A copy of the values, as the dtype has them. */
  download(buffer: GpuBuffer): Promise<TensorData> {
    const lost = this.connection.lost();
    if (lost) {
      if (buffer.known) return Promise.resolve(buffer.known.slice());
      return Promise.reject(lost);
    }
    if (buffer.size === 0) return Promise.resolve(fromFloats(new Float32Array(0), buffer.dtype));
    if (buffer.constant !== null) {
      return Promise.resolve(fromFloats(new Float32Array(buffer.size).fill(buffer.constant), buffer.dtype));
    }
    this.counters.hostReads++;
    return new Promise<TensorData>((resolve, reject) => {
      const fail = (error: unknown): void => {
        if (this.connection.lost() && buffer.known) resolve(buffer.known.slice());
        else reject(this.#explain(error));
      };
      const finish = (floats: Float32Array): void => {
        const values = fromFloats(floats.slice(0, buffer.size), buffer.dtype);
        const fault = this.connection.fault();
        if (fault) {
          reject(fault);
          return;
        }
        if (buffer.dtype === "i32") {
          try {
            assertExact(floats);
          } catch (error) {
            reject(error);
            return;
          }
        }
        buffer.known ??= values;
        resolve(values.slice());
      };
      this.#queue.add(() => {
        try {
          const pending = this.#read(buffer);
          if (pending instanceof Promise) pending.then(finish, fail);
          else finish(pending);
        } catch (error) {
          fail(error);
        }
      });
    });
  }

  /** Gives a buffer back, once what was launched before is on its way. */
  free(buffer: GpuBuffer): void {
    if (buffer.freed) throw new BackendError("gpu: a buffer was freed twice.");
    buffer.freed = true;
    this.#buffers--;
    this.#bytes -= buffer.size * 4;
    buffer.known = null;
    this.#queue.add(() => {
      if (!buffer.handle) return;
      if (!this.connection.lost()) buffer.handle.delete?.();
      buffer.handle = null;
      this.#handles--;
    });
  }

  #adopt(buffer: GpuBuffer): GpuBuffer {
    const lost = this.connection.lost();
    if (lost) throw lost;
    assertFits(buffer.size, this.connection.limits);
    this.#buffers++;
    this.#bytes += buffer.size * 4;
    return buffer;
  }

  #compiled(kernel: Kernel, asMatrix: boolean): KernelFunction {
    const key = asMatrix ? `${kernel.name}, matrix` : kernel.name;
    let compiled = this.#kernels.get(key);
    if (!compiled) {
      compiled = compile(this.connection.gpu, this.connection.mode, kernel, asMatrix);
      this.#kernels.set(key, compiled);
      this.counters.compilations++;
    }
    return compiled;
  }

  /** Puts buffers on the device that are only described so far; a kernel cannot be given nothing, so it gets a zero. */
  #prepare(args: readonly Argument[]): readonly Argument[] {
    return args.map((arg) => {
      if (typeof arg === "number") return arg;
      if (arg.size === 0) return this.#empty();
      if (arg.constant !== null) {
        this.#launch(arg, this.#compiled(filled, false), [arg.size], [arg.constant]);
        arg.constant = null;
      }
      return arg;
    });
  }

  #empty(): GpuBuffer {
    if (!this.#zero) {
      this.#zero = new GpuBuffer("f32", 1);
      this.#launch(this.#zero, this.#compiled(filled, false), [1], [0]);
    }
    return this.#zero;
  }

  #launch(
    out: GpuBuffer,
    kernel: KernelFunction,
    output: readonly number[],
    args: readonly (Argument | Float32Array)[],
  ): void {
    this.counters.launches++;
    const settle = (result: Handle): void => {
      if (kernel.kernel.fallbackReason) {
        throw new BackendError(`gpu: gpu.js left the device: ${kernel.kernel.fallbackReason}`);
      }
      if (this.connection.mode === "webgpu") {
        // Its memory is flat whatever axes it was made with; so are all that read it.
        Object.assign(result, { output: [out.size], componentCount: 1 });
        letGo(kernel.kernel);
      }
      out.handle = result;
      this.#handles++;
    };
    const fail = (error: unknown): void => {
      out.failure = this.#explain(error);
    };
    this.#queue.add(() => {
      try {
        const values = args.map((arg) => {
          if (!(arg instanceof GpuBuffer)) return arg;
          if (arg.failure) throw arg.failure;
          return arg.handle!;
        });
        kernel.setOutput(output);
        const result = kernel(...values);
        if (result instanceof Promise) return result.then(settle).catch(fail);
        settle(result);
      } catch (error) {
        fail(error);
      }
      return undefined;
    });
    // Where kernels run on this thread, errors belong to the call that made them.
    if (out.failure && isHostMode(this.connection.mode)) throw out.failure;
  }

  #read(buffer: GpuBuffer): Float32Array | Promise<Float32Array> {
    if (buffer.failure) throw buffer.failure;
    const handle = buffer.handle!;
    return handle.toArray ? handle.toArray() : (handle as unknown as Float32Array);
  }

  #explain(error: unknown): Error {
    const lost = this.connection.lost();
    if (lost) return lost;
    if (error instanceof BackendError) return error;
    return new BackendError(`gpu: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A kernel holds its last result until its next one: large memory that nobody can reach. What it would do then is done now. */
function letGo(core: KernelCore): void {
  if (!core.outputBuffer) return;
  core.outputBuffer._refs--;
  core.outputBuffer = null;
  core.bindGroupDirty = true;
}
