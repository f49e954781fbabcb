import { wasm } from "@heed/backend-wasm";
import { type Backend, cpu } from "@heed/tensor";

export interface BackendChoice {
  readonly backend: string;
  readonly threads: number;
  /** `auto`, `128` or `256`. */
  readonly simd: string;
}

/** Makes one of heed's backends ready. */
export async function connect({ backend, threads, simd }: BackendChoice): Promise<Backend> {
  if (backend === "cpu") return cpu();
  return await wasm({ threads, simd: simd === "128" || simd === "256" ? simd : "auto" });
}
