/// <reference path="./embedded-modules.d.ts" />
import { BackendError, type BackendReport } from "@heed/tensor";
import gpuJs from "gpu.js/dist/gpu-browser.min.js";
import type { GpuInstance, WebGpuAdapter } from "./gpu-js.js";
import { hostLimits, type Limits, webGl2Limits, webGpuLimits } from "./limits.js";
import type { GpuMode } from "./mode.js";
import { provideWebGpu } from "./provide-web-gpu.js";

/** A device that has proved that it runs kernels. */
export interface Connection {
  readonly mode: GpuMode;
  readonly gpu: GpuInstance;
  /** The graphics card, in words. */
  readonly adapter: string;
  readonly limits: Limits;
  readonly fallbacks: BackendReport["fallbacks"];
  /** Why the device is gone, once it is. */
  lost(): BackendError | null;
  /** What the device has complained about since the last question. */
  fault(): BackendError | null;
  close(): Promise<void>;
}

const kernelClasses: Readonly<Record<GpuMode, keyof typeof gpuJs>> = {
  webgpu: "WebGPUKernel",
  webgl2: "WebGL2Kernel",
  webasm: "WebAssemblyKernel",
  cpu: "CPUKernel",
};

/**
 * Connects to a device in one mode, and has it run a kernel.
 * @throws Error saying what is missing
 */
export async function connect(mode: GpuMode): Promise<Connection> {
  if (mode === "webgpu") await provideWebGpu();
  const gpu = createInstance(mode);
  try {
    await probe(gpu, mode);
    if (mode === "webgpu") return await overWebGpu(gpu);
    if (mode === "webgl2") return overWebGl2(gpu);
    return onHost(gpu, mode);
  } catch (error) {
    await gpu.destroy();
    throw error;
  }
}

function createInstance(mode: GpuMode): GpuInstance {
  try {
    return new gpuJs({ mode });
  } catch (error) {
    if (mode === "webgl2") throw new Error("there is no WebGL2 here", { cause: error });
    throw error;
  }
}

/** Runs a kernel and looks at what ran it: gpu.js goes over to another mode rather than fail. */
async function probe(gpu: GpuInstance, mode: GpuMode): Promise<void> {
  const kernel = gpu.createKernel("function (values, n) { return values[this.thread.x] * 0.5 + n; }", {
    argumentTypes: { values: "Array", n: "Integer" },
    functions: [],
    output: [3],
    dynamicOutput: true,
    dynamicArguments: true,
    pipeline: true,
    immutable: true,
    precision: "single",
    tactic: "precision",
    loopMaxIterations: 1,
  });
  const handle = await kernel(Float32Array.of(1, -3, 1 / 3), 7);
  const { constructor: kernelClass, fallbackReason } = kernel.kernel;
  if (kernelClass !== gpuJs[kernelClasses[mode]]) {
    throw new Error(`gpu.js ran the probe in another mode${fallbackReason ? `: ${fallbackReason}` : ""}`);
  }
  const values = handle.toArray ? await handle.toArray() : (handle as unknown as Float32Array);
  handle.delete?.();
  const wrong = [7.5, 5.5, Math.fround(1 / 6) + 7].some((value, i) => !(Math.abs(values[i]! - value) < 1e-5));
  if (wrong) throw new Error(`a probe gave ${[...values].join(", ")} instead of 7.5, 5.5, 7.1666`);
}

/** How many backends use gpu.js's one WebGPU device. */
let sharers = 0;

async function overWebGpu(gpu: GpuInstance): Promise<Connection> {
  const { adapter, device } = await gpuJs.WebGPUContext.acquire();
  let lost: BackendError | null = null;
  let fault: BackendError | null = null;
  let closed = false;
  void device.lost.then(({ reason, message }) => {
    lost = lostError(closed ? "the backend was closed" : message || reason);
  });
  device.addEventListener("uncapturederror", ({ error }) => {
    fault ??= new BackendError(`gpu: the device reports: ${error.message}`);
  });
  sharers++;
  const words = describe(adapter);
  return {
    mode: "webgpu",
    gpu,
    adapter: words,
    limits: webGpuLimits(device),
    fallbacks: softwareFallback(words, adapter.info?.isFallbackAdapter === true),
    lost: () => lost,
    fault: () => {
      const found = fault;
      fault = null;
      return found;
    },
    async close() {
      if (closed) return;
      closed = true;
      lost = lostError("the backend was closed");
      await gpu.destroy();
      if (--sharers === 0) await gpuJs.WebGPUContext.destroy();
    },
  };
}

function overWebGl2(gpu: GpuInstance): Connection {
  const context = gpu.context!;
  const extension = context.getExtension("WEBGL_debug_renderer_info");
  const words = String(context.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  let closed = false;
  return {
    mode: "webgl2",
    gpu,
    adapter: words,
    limits: webGl2Limits(context),
    fallbacks: softwareFallback(words, false),
    lost: () =>
      closed
        ? lostError("the backend was closed")
        : context.isContextLost()
          ? lostError("the WebGL context was lost")
          : null,
    // A result that found no room reads as zeros.
    fault: () =>
      context.getError() === context.OUT_OF_MEMORY
        ? new BackendError("gpu: the device reports: out of memory. Use smaller batches.")
        : null,
    async close() {
      closed = true;
      await gpu.destroy();
    },
  };
}

function onHost(gpu: GpuInstance, mode: GpuMode): Connection {
  let closed = false;
  return {
    mode,
    gpu,
    adapter: mode === "cpu" ? "no graphics card: gpu.js in JavaScript" : "no graphics card: gpu.js in WebAssembly",
    limits: hostLimits,
    fallbacks: [{ wanted: "a graphics card", got: "the processor", why: `mode "${mode}" was asked for by name` }],
    lost: () => (closed ? lostError("the backend was closed") : null),
    fault: () => null,
    async close() {
      closed = true;
      await gpu.destroy();
    },
  };
}

function lostError(why: string): BackendError {
  return new BackendError(
    `gpu: the device is lost (${why}). What was read or uploaded before can still be read; nothing else can be. Make a new backend with gpu(), and load the last checkpoint.`,
  );
}

function describe({ info }: WebGpuAdapter): string {
  const words = [info?.description, info?.device, info?.architecture, info?.vendor].filter(Boolean);
  return words.length > 0 ? [...new Set(words)].join(", ") : "an adapter that does not tell its name";
}

/** Renderers that pretend to be a graphics card work on the processor. */
function softwareFallback(words: string, known: boolean): BackendReport["fallbacks"] {
  if (!known && !/swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i.test(words)) return [];
  return [
    { wanted: "a graphics card", got: words, why: "this renderer works on the processor; wasm() is much faster" },
  ];
}
