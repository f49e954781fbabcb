import type { BackendReport } from "@heed/tensor";
import { backendChecks, type Check } from "@heed/tensor/testing";
import gpuJs from "gpu.js/dist/gpu-browser.min.js";
import type { Device } from "../src/device.js";
import { type GpuOptions, gpu } from "../src/gpu.js";
import { gpuChecks } from "./gpu-checks.js";

/** What the page under test can be asked. Everything that goes in or comes out is plain data. */
export interface ChecksPage {
  report(options: GpuOptions): Promise<BackendReport>;
  /** Runs the checks that certify a backend. */
  certify(options: GpuOptions): Promise<Outcome & { mode: string }>;
  /** Runs the checks of what other backends do not have; at the end the device is lost. */
  certifyDevice(options: GpuOptions): Promise<Outcome>;
}

interface Outcome {
  readonly checks: number;
  readonly failures: readonly string[];
}

async function runChecks(checks: readonly Check[]): Promise<Outcome> {
  const failures: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
  }
  return { checks: checks.length, failures };
}

/** Takes the device away, as a driver that crashes does. */
async function lose({ device }: { readonly device: Device }): Promise<void> {
  const { mode, gpu: instance } = device.connection;
  if (mode === "webgl2") instance.context!.getExtension("WEBGL_lose_context")!.loseContext();
  else (await gpuJs.WebGPUContext.acquire()).device.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

const page: ChecksPage = {
  async report(options) {
    const backend = await gpu(options);
    const report = backend.report();
    await backend.close?.();
    return report;
  },

  async certify(options) {
    const backend = await gpu(options);
    const result = await runChecks(backendChecks(() => backend));
    const { details } = backend.report();
    await backend.close?.();
    return { ...result, mode: String(details.mode) };
  },

  certifyDevice: ({ mode }) => runChecks(gpuChecks(mode!, lose)),
};

Object.assign(globalThis, { page });
