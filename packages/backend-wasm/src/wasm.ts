import { type Backend, BackendError } from "@heed/tensor";
import { chooseThreads, keepFastThreads, startThreads, unmeasured } from "./choose-threads.js";
import { chooseVariant, type MultiplyAddChoice, type SimdChoice } from "./choose-variant.js";
import { Engine, WasmBuffer } from "./engine.js";
import { fusedKernels } from "./fused/fused-kernels.js";
import { Gemm } from "./gemm.js";
import { createMemory } from "./memory.js";
import { elementwise } from "./primitives/elementwise.js";
import { indexing } from "./primitives/indexing.js";
import { layout } from "./primitives/layout.js";
import { matmul } from "./primitives/matmul.js";
import { reductions } from "./primitives/reduce.js";
import type { Patience } from "./thread-pool.js";
import { moduleOf } from "./variants.js";

/** How the backend runs; by default as fast as the machine allows. */
export interface WasmOptions {
  /** How many threads work at once, the calling one included. `"auto"` uses one where several are slower. */
  readonly threads?: "auto" | number;
  /** Width of vectors. 256 bits need Node 24 or newer; `"auto"` takes them where they are right and faster. */
  readonly simd?: SimdChoice;
  /**
   * How products are added: `"fused"` rounds once, `"plain"` twice, with other bits. `"auto"` takes `"fused"` where the
   * engine and the processor have it.
   */
  readonly multiplyAdd?: MultiplyAddChoice;
}

/**
 * The fast backend: WebAssembly SIMD kernels, in Node and in browsers, without native code. Results do not depend on the
 * number of threads, bit for bit.
 *
 * Where memory cannot be shared or workers cannot be started, `threads: "auto"` runs on one thread, and `report()` lists
 * the reason in `fallbacks`.
 *
 * @throws BackendError when what was asked for by name cannot be had, or WebAssembly (with SIMD) is missing or forbidden
 * @example
 * await use(wasm());
 */
export async function wasm(options: WasmOptions = {}): Promise<Backend> {
  return (await createWasm(options)).backend;
}

/** @internal For tests: shares out every job, however small, and gives up on a silent worker sooner. */
export interface WasmTestOptions extends WasmOptions {
  readonly shareEverything?: boolean;
  readonly patience?: Partial<Patience>;
}

/** @internal The backend together with the engine that it runs on. */
export async function createWasm({
  threads = "auto",
  simd = "auto",
  multiplyAdd = "auto",
  shareEverything = false,
  patience,
}: WasmTestOptions): Promise<{ backend: Backend; engine: Engine }> {
  const { count, shared, fallbacks: missing } = chooseThreads(threads);
  const { variant, fallbacks: narrow, trials } = await chooseVariant({ simd, multiplyAdd }, shared);
  const { memory, limit } = createMemory(shared);
  const module = moduleOf(variant, shared);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const { pool, fallbacks: failed } = await startThreads(threads, count, module, memory, {
    start: 10_000,
    job: 10_000,
    ...patience,
  });
  const engine = new Engine(memory, instance, variant.panel, limit, pool, shareEverything);
  const { speedup, fallbacks: slower } = threads === "auto" ? keepFastThreads(engine) : unmeasured;
  const gemm = new Gemm(engine);
  const single = elementwise(engine);
  const folds = reductions(engine);

  const backend: Backend = {
    name: "wasm",
    report: () => ({
      backend: "wasm",
      device: `WebAssembly, ${variant.bits}-bit SIMD${variant.fusedMultiplyAdd ? " with fused multiply-add" : ""}`,
      precision: "f32",
      threads: engine.pool?.threads ?? 1,
      arithmetic: { multiplyAdd: variant.fusedMultiplyAdd ? "fused" : "plain" },
      details: {
        simd: variant.bits,
        kernels: variant.name,
        sharedMemory: shared,
        ...Object.fromEntries(Object.entries(trials).map(([name, speed]) => [`${name}Gflops`, Math.round(speed)])),
        ...(speedup !== null && { threadsSpeedup: speedup }),
        memoryMiB: Math.round(engine.statistics.reserved / 2 ** 20),
      },
      fallbacks: [...narrow, ...missing, ...failed, ...slower],
    }),
    memory: () => engine.aliveBuffers,
    upload(values, dtype) {
      const buffer = engine.buffer(values.length, dtype);
      engine.write(buffer, values);
      return buffer;
    },
    download: async (buffer) => engine.read(ownBuffer(buffer)),
    downloadSync: (buffer) => engine.read(ownBuffer(buffer)),
    view: (buffer) => engine.view(ownBuffer(buffer)),
    free: (buffer) => engine.free(ownBuffer(buffer)),
    ...single,
    ...layout(engine, single.fill),
    ...folds,
    ...indexing(engine, single.fill),
    matmul: matmul(engine, gemm),
    fused: fusedKernels({ engine, gemm, primitives: { fill: single.fill, reduce: folds.reduce } }),
    close: () => engine.pool?.stop(),
  };
  return { backend, engine };
}

function ownBuffer(buffer: unknown): WasmBuffer {
  if (buffer instanceof WasmBuffer) return buffer;
  throw new BackendError("wasm: a buffer of another backend was handed over.");
}
