import gpuJs from "gpu.js/dist/gpu-browser.min.js";

/** Counts the bytes that are asked of the card and given back from now on. */
export async function watchMemory(): Promise<{ bytes: () => number; most: () => number; stop: () => void }> {
  interface CardBuffer {
    readonly size: number;
    destroy(): void;
  }
  const { device } = (await gpuJs.WebGPUContext.acquire()) as unknown as {
    device: { createBuffer: (wanted: unknown) => CardBuffer };
  };
  const create = device.createBuffer;
  let bytes = 0;
  let most = 0;
  device.createBuffer = (wanted) => {
    const made = create.call(device, wanted);
    const destroy = made.destroy;
    bytes += made.size;
    most = Math.max(most, bytes);
    made.destroy = () => {
      bytes -= made.size;
      destroy.call(made);
    };
    return made;
  };
  const stop = (): void => {
    device.createBuffer = create;
  };
  return { bytes: () => bytes, most: () => most, stop };
}
