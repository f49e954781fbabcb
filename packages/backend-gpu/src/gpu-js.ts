/** The part of gpu.js that is used here, with the types that it really has. */

/** The result of a kernel, still on the device; a plain array where the "device" is the host. */
export interface Handle {
  /** Axes, the fastest first, and values an element has: how WebGPU's flat memory is to be seen. */
  output?: readonly number[];
  componentCount?: number;
  /** The values: at once, or on WebGPU later. */
  toArray?(): Float32Array | Promise<Float32Array>;
  delete?(): void;
}

/** What really runs a kernel; `constructor` tells the mode. */
export interface KernelCore {
  readonly constructor: unknown;
  readonly fallbackReason?: string;
  /** On WebGPU, the memory of the last result, shared with the result and counted in `_refs`. */
  outputBuffer?: { _refs: number } | null;
  /** On WebGPU, whether the kernel has to bind its arguments and result anew. */
  bindGroupDirty?: boolean;
}

/** A compiled kernel: call it with its arguments. On WebGPU it answers with a promise. */
export interface KernelFunction {
  (...args: readonly (Handle | Float32Array | number)[]): Handle | Promise<Handle>;
  setOutput(output: readonly number[]): void;
  readonly kernel: KernelCore;
}

export type ArgumentType = "Array" | "ArrayTexture(1)" | "Integer" | "Float";

/** A function that kernels call, in the kernel language. */
export interface HelperFunction {
  readonly source: string;
  readonly settings: {
    readonly argumentTypes: Readonly<Record<string, "Integer" | "Number">>;
    readonly returnType: "Integer" | "Number";
  };
}

export interface KernelSettings {
  readonly argumentTypes: Readonly<Record<string, ArgumentType>>;
  readonly functions: readonly HelperFunction[];
  readonly output: readonly number[];
  readonly dynamicOutput: true;
  readonly dynamicArguments: true;
  readonly pipeline: true;
  readonly immutable: true;
  readonly precision: "single";
  readonly tactic: "precision";
  readonly loopMaxIterations: number;
  readonly returnType?: "Number";
}

export interface GpuInstance {
  readonly context: WebGL2RenderingContext | null;
  createKernel(source: string, settings: KernelSettings): KernelFunction;
  destroy(): Promise<void>;
}

/** The parts of WebGPU that are looked at. */
export interface WebGpuDevice {
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxComputeWorkgroupsPerDimension: number;
  };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  destroy(): void;
  addEventListener(type: "uncapturederror", listener: (event: { readonly error: Error }) => void): void;
}

export interface WebGpuAdapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

export interface GpuJs {
  new (settings: { readonly mode: string }): GpuInstance;
  readonly WebGPUKernel: unknown;
  readonly WebGL2Kernel: unknown;
  readonly WebAssemblyKernel: unknown;
  readonly CPUKernel: unknown;
  readonly WebGPUContext: {
    acquire(): Promise<{ readonly adapter: WebGpuAdapter; readonly device: WebGpuDevice }>;
    destroy(): Promise<void>;
  };
}
