import { gpu } from "@heed/backend-gpu";
import { wasm } from "@heed/backend-wasm";
import { type Backend, cpu } from "@heed/tensor";

export type BackendChoice =
  | { readonly backend: "cpu" }
  | {
      readonly backend: "wasm";
      readonly threads: number;
      /** `auto`, `128` or `256`. */
      readonly simd: string;
    }
  | { readonly backend: "gpu"; readonly mode: "webgpu" | "webgl2" };

/** Makes one of heed's backends ready. */
export async function connect(choice: BackendChoice): Promise<Backend> {
  switch (choice.backend) {
    case "cpu":
      return cpu();
    case "gpu":
      return await gpu({ mode: choice.mode });
    case "wasm": {
      const { threads, simd } = choice;
      return await wasm({ threads, simd: simd === "128" || simd === "256" ? simd : "auto" });
    }
  }
}
