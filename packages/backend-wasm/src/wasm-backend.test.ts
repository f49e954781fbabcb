import { afterEach, expect, test, vi } from "vitest";
import { wasmBackend } from "./wasm-backend.js";

afterEach(() => vi.unstubAllGlobals());

test("the definition loads the backend with its options", async () => {
  expect(await wasmBackend.fault()).toBeUndefined();
  const backend = await wasmBackend.load({ threads: 1, simd: "128" });
  expect(backend.report()).toMatchObject({ backend: "wasm", threads: 1, details: { simd: 128 } });
  await backend.close?.();
  await expect(wasmBackend.load({ threads: 0 })).rejects.toThrow("threads of the backend wasm must be an integer");
  await expect(wasmBackend.load({ simd: "64" })).rejects.toThrow('must be one of "auto", "128", "256", got "64".');
  await expect(wasmBackend.load({ thread: 2 })).rejects.toThrow('Did you mean "threads"?');
});

test("the definition says why the backend cannot run", async () => {
  vi.stubGlobal("WebAssembly", { ...WebAssembly, validate: () => false });
  expect(await wasmBackend.fault()).toBe("this JavaScript engine has no WebAssembly SIMD.");
  vi.stubGlobal("WebAssembly", undefined);
  expect(await wasmBackend.fault()).toBe("this JavaScript engine has no WebAssembly.");
});
