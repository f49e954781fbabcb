import { backendChecks } from "@heed/tensor/testing";
import { type WasmOptions, wasm } from "../src/wasm.js";

/** What came of certifying the backend. */
export interface Certificate {
  /** How many checks ran. */
  readonly checks: number;
  /** Name and error of each that failed. */
  readonly failures: readonly string[];
  readonly threads: number;
  /** Width of vectors in bits. */
  readonly simd: number;
}

/** Runs the checks that certify a backend, where there is no test runner. */
export async function certify(options: WasmOptions): Promise<Certificate> {
  const backend = await wasm(options);
  const checks = backendChecks(() => backend);
  const failures: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
  }
  const { threads, details } = backend.report();
  await backend.close?.();
  return { checks: checks.length, failures, threads, simd: Number(details.simd) };
}
