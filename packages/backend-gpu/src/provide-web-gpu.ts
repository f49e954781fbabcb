import { HeedError } from "@heed/core";

/** Bundlers must not look for it: browsers have WebGPU of their own, and in Node the package is optional. */
const dawn = "webgpu";

interface WebGpu {
  requestAdapter(): Promise<unknown>;
}

/**
 * Sees to it that `navigator.gpu` is there and has an adapter: browsers have it, in Node the package `webgpu` makes it.
 * @throws HeedError saying what is missing
 */
export async function provideWebGpu(): Promise<void> {
  const place = globalThis as { navigator?: { gpu?: WebGpu }; process?: { versions?: { node?: string } } };
  if (!place.navigator?.gpu) {
    if (!place.process?.versions?.node) throw new HeedError("this browser has no WebGPU (navigator.gpu)");
    const gpu = await loadDawn();
    if (!place.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    Object.defineProperty(place.navigator, "gpu", { value: gpu, configurable: true });
  }
  const adapter = await place.navigator!.gpu!.requestAdapter();
  if (!adapter) throw new HeedError("there is WebGPU, but it finds no adapter: no graphics card, or no driver for it");
}

async function loadDawn(): Promise<WebGpu> {
  try {
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ dawn)) as {
      create: (options: readonly string[]) => WebGpu;
    };
    return create([]);
  } catch (error) {
    throw new HeedError(`Node needs the package webgpu (npm install webgpu), which did not load: ${firstLine(error)}`, {
      cause: error,
    });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
