import { HeedError } from "@heed/tensor";

/** Bundlers must not look for it: browsers have WebGPU of their own, and in Node the package is optional. */
const dawn = "webgpu";

/**
 * Sees to it that `navigator.gpu` is there: browsers have it, in Node the package `webgpu` makes it.
 * @throws HeedError saying what is missing
 */
export async function provideWebGpu(): Promise<void> {
  const place = globalThis as { navigator?: { gpu?: unknown }; process?: { versions?: { node?: string } } };
  if (place.navigator?.gpu) return;
  if (!place.process?.versions?.node) throw new HeedError("this browser has no WebGPU (navigator.gpu)");
  let create: (options: readonly string[]) => unknown;
  try {
    ({ create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ dawn)) as { create: typeof create });
  } catch (error) {
    throw new HeedError(`Node needs the package webgpu (npm install webgpu), which did not load: ${firstLine(error)}`, {
      cause: error,
    });
  }
  const gpu = create([]);
  if (!place.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(place.navigator, "gpu", { value: gpu, configurable: true });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
