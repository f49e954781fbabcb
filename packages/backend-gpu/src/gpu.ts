import { type Backend, BackendError } from "@heed/tensor";
import { bufferOf } from "./buffer.js";
import { type Connection, connect } from "./connection.js";
import { Device } from "./device.js";
import { errorBounds } from "./error-bounds.js";
import { fusedKernels } from "./fused/fused-kernels.js";
import { largestInteger } from "./limits.js";
import { cardModes, type GpuMode } from "./mode.js";
import { elementwise } from "./primitives/elementwise.js";
import { indexing } from "./primitives/indexing.js";
import { layout } from "./primitives/layout.js";
import { matmul } from "./primitives/matmul.js";
import { reductions } from "./primitives/reduce.js";
import { uniform } from "./primitives/uniform.js";

export type { GpuMode } from "./mode.js";

/** How the backend runs; by default on the graphics card, over WebGPU or else WebGL2. */
export interface GpuOptions {
  /** Insists on one way. `"webasm"` and `"cpu"` run on the processor, for tests: they are slow, and never chosen. */
  readonly mode?: GpuMode;
}

/**
 * The graphics card: kernels through gpu.js, in browsers and, with the package `webgpu`, in Node. Everything stays on
 * the device until it is read.
 *
 * @throws BackendError when there is no graphics card to use, saying what was tried and why it failed
 * @example
 * await use(gpu());
 */
export async function gpu(options: GpuOptions = {}): Promise<Backend> {
  return (await createGpu(options)).backend;
}

/** @internal The backend together with the device that it runs on. */
export async function createGpu({ mode }: GpuOptions): Promise<{ backend: Backend; device: Device }> {
  const device = new Device(await firstThatWorks(mode ? [mode] : cardModes));
  return { backend: onDevice(device), device };
}

async function firstThatWorks(modes: readonly GpuMode[]): Promise<Connection> {
  const failures: { readonly mode: GpuMode; readonly why: string }[] = [];
  for (const mode of modes) {
    try {
      const connection = await connect(mode);
      const instead = failures.map((failure) => ({ wanted: failure.mode, got: mode, why: failure.why }));
      return { ...connection, fallbacks: [...instead, ...connection.fallbacks] };
    } catch (error) {
      failures.push({ mode, why: error instanceof Error ? error.message : String(error) });
    }
  }
  const tried = failures.map(({ mode, why }) => `${mode}: ${why.replace(/\.$/, "")}`).join("; ");
  throw new BackendError(
    `gpu: there is no graphics card to use here. Tried ${tried}. Use wasm() of @heed/backend-wasm instead, which is the fast backend on a processor.`,
  );
}

function onDevice(device: Device): Backend {
  const { connection } = device;
  const shapes = layout(device);
  const folds = reductions(device, shapes.transpose);
  return {
    name: "gpu",
    numerics: { largestInteger, subnormals: false, nonFinite: false, bounds: errorBounds },
    report: () => ({
      backend: "gpu",
      device: connection.adapter,
      precision: "f32",
      threads: 1,
      arithmetic: { mode: connection.mode, device: connection.adapter },
      details: {
        mode: connection.mode,
        adapter: connection.adapter,
        largestBuffer: connection.limits.elements,
        limitedBy: connection.limits.reason,
        ...device.counters,
      },
      fallbacks: connection.fallbacks,
    }),
    memory: () => device.memory,
    upload: (values, dtype) => device.upload(values, dtype),
    download: (buffer) => device.download(bufferOf(buffer)),
    free: (buffer) => device.free(bufferOf(buffer)),
    ...elementwise(device),
    uniform: uniform(device),
    ...shapes,
    reduce: folds.reduce,
    argmax: folds.argmax,
    ...indexing(device),
    matmul: matmul(device, shapes.expand),
    fused: fusedKernels({ device, folds, shapes }),
    close: () => connection.close(),
  };
}
