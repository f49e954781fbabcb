import { gpu } from "@heed/backend-gpu";
import { wasm } from "@heed/backend-wasm";
import { cpu } from "@heed/tensor";
import { expect, test, vi } from "vitest";
import { numericsDocument } from "./testing/numerics-document.js";

/** The kernels without fused multiply-add, which engines without relaxed SIMD use. */
async function plainWasm() {
  let modules = 0;
  const { validate } = WebAssembly;
  vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) => modules++ === 0 && validate(bytes));
  const backend = await wasm({ simd: "128", threads: 1 });
  vi.restoreAllMocks();
  expect(backend.report().details.kernels).toBe("plain128");
  return backend;
}

test("docs/numerics.md shows what the table and the backends say", async () => {
  const plain = await plainWasm();
  const relaxed = await wasm({ threads: 1 });
  expect(relaxed.report().details.kernels).toMatch(/^relaxed/);
  const backends = { "cpu in f32": cpu(), "wasm plain128": plain, "wasm relaxed128, relaxed256": relaxed };
  const text = await numericsDocument(backends, await gpu({ mode: "cpu" }));
  await expect(text).toMatchFileSnapshot("../../../docs/numerics.md");
});
