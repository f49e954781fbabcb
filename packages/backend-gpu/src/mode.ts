/** The ways to run kernels. */
export const modes = ["webgpu", "webgl2", "webasm", "cpu"] as const;

/** How kernels run: on a graphics card through WebGPU or WebGL2, or, for tests, on the processor. */
export type GpuMode = (typeof modes)[number];

/** The modes that are tried when none is named, the faster first. */
export const cardModes: readonly GpuMode[] = ["webgpu", "webgl2"];

/** Whether kernels of a mode run on the processor, which is what tests want and nobody else. */
export function isHostMode(mode: GpuMode): boolean {
  return mode === "webasm" || mode === "cpu";
}
