import type { BackendReport } from "@heed/tensor";
import { backendChecks } from "@heed/tensor/testing";
import { type GpuOptions, gpu } from "../src/gpu.js";

/** What the page under test can be asked. Everything that goes in or comes out is plain data. */
export interface ChecksPage {
  report(options: GpuOptions): Promise<BackendReport>;
  /** Runs the checks that certify a backend. */
  certify(options: GpuOptions): Promise<{ checks: number; failures: readonly string[]; mode: string }>;
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
    const checks = backendChecks(() => backend);
    const failures: string[] = [];
    for (const { name, run } of checks) {
      await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
    }
    const { details } = backend.report();
    console.log(JSON.stringify(details));
    await backend.close?.();
    return { checks: checks.length, failures, mode: String(details.mode) };
  },
};

Object.assign(globalThis, { page });
