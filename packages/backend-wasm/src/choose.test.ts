import { BackendError, Draw, matmul, use } from "@heed/tensor";
import { afterEach, describe, expect, test, vi } from "vitest";
import { chooseThreads } from "./choose-threads.js";
import { chooseVariant } from "./choose-variant.js";
import { inflateModules, withoutSharing } from "./instance.js";
import { deflated, sizes } from "./kernels-128.generated.js";
import { loadVariant } from "./variants.js";
import { createWasm } from "./wasm.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page: no `process`, and shared memory only where it is isolated. */
function pretendPage(isolated: boolean): void {
  vi.stubGlobal("process", undefined);
  vi.stubGlobal("crossOriginIsolated", isolated);
  vi.stubGlobal("navigator", { hardwareConcurrency: 6 });
}

describe("what is chosen", () => {
  test("on a page that is not cross-origin isolated: one thread on memory of its own, and the report says why", async () => {
    pretendPage(false);
    const { backend } = await createWasm({});
    vi.unstubAllGlobals();
    const { threads, details, fallbacks } = backend.report();
    expect({ threads, shared: details.sharedMemory, simd: details.simd }).toEqual({
      threads: 1,
      shared: false,
      simd: 128,
    });
    expect(fallbacks.map(({ wanted }) => wanted)).toEqual(expect.arrayContaining(["256-bit SIMD", "several threads"]));
    await use(backend);
    const x = new Draw(1).randn(40, 40);
    expect((await matmul(x, x).data()).every(Number.isFinite)).toBe(true);
  });

  test("pages inflate the kernels to the same bytes as Node does", async () => {
    const variants = await Promise.all([loadVariant("plain128"), loadVariant("relaxed128")]);
    pretendPage(false);
    const inflated = await inflateModules({ deflated, sizes });
    expect(variants.map(({ bytes }) => bytes)).toEqual([inflated.plain128, inflated.relaxed128]);
    expect(WebAssembly.validate(inflated.plain128)).toBe(true);
  });

  test("on an isolated page: as many threads as there are processors", () => {
    pretendPage(true);
    expect(chooseThreads("auto")).toMatchObject({ count: 6, shared: true, fallbacks: [] });
  });

  test("what was asked for by name and cannot be had is an error", async () => {
    pretendPage(false);
    expect(() => chooseThreads(2)).toThrow(BackendError);
    await expect(chooseVariant({ simd: "256", multiplyAdd: "auto" }, false)).rejects.toThrow(
      "256-bit SIMD cannot be had: browsers do not offer it",
    );
  });

  test("by default 256-bit kernels where they are right and faster than 128-bit ones", async () => {
    const { backend } = await createWasm({ threads: 1 });
    const { details, fallbacks } = backend.report();
    if (details.simd === 256)
      expect(details.relaxed256Gflops).toBeGreaterThanOrEqual(Number(details.relaxed128Gflops) - 1);
    else expect(fallbacks.some(({ wanted, why }) => wanted === "256-bit SIMD" && why.length > 0)).toBe(true);
  });

  test("an explicit simd, and kernels without a rival of equal bits, are not timed", async () => {
    for (const wishes of [
      { simd: "128", multiplyAdd: "auto" },
      { simd: "256", multiplyAdd: "auto" },
      { simd: "auto", multiplyAdd: "plain" },
    ] as const) {
      vi.resetModules();
      const now = vi.spyOn(performance, "now");
      const { chooseVariant } = await import("./choose-variant.js");
      const { variant, trials } = await chooseVariant(wishes, true);
      const expected = { "128": "relaxed128", "256": "relaxed256", auto: "plain128" };
      expect([variant.name, trials]).toEqual([expected[wishes.simd], {}]);
      expect(now).not.toHaveBeenCalled();
      now.mockRestore();
    }
  });

  test.each([
    ["relaxed256", 1, 2],
    ["relaxed128", 2, 1],
  ] as const)("the faster of two kernels with equal bits: %s", async (expected, narrow, wide) => {
    vi.resetModules();
    vi.doMock("./trial.js", async (load) => ({
      ...(await load<typeof import("./trial.js")>()),
      timeVariant: ({ name }: { name: string }) => ({ relaxed128: narrow, relaxed256: wide })[name] ?? 1_000,
    }));
    const { chooseVariant } = await import("./choose-variant.js");
    vi.doUnmock("./trial.js");
    const { variant, trials } = await chooseVariant({ simd: "auto", multiplyAdd: "auto" }, true);
    expect([variant.name, trials]).toEqual([expected, { relaxed128: narrow, relaxed256: wide }]);
  });

  test("plain multiply-add where it is asked for, and an error where kernels cannot have what was asked for", async () => {
    const { backend } = await createWasm({ threads: 1, multiplyAdd: "plain" });
    const { arithmetic, details, fallbacks } = backend.report();
    expect([arithmetic, details.kernels, fallbacks]).toEqual([{ multiplyAdd: "plain" }, "plain128", []]);
    await expect(createWasm({ threads: 1, simd: "256", multiplyAdd: "plain" })).rejects.toThrow(
      '256-bit SIMD cannot be had: its kernels use fused multiply-add, and multiplyAdd is "plain"',
    );
    expect((await createWasm({ threads: 1 })).backend.report().arithmetic).toEqual({ multiplyAdd: "fused" });
  });

  test.each(["plain128", "relaxed128", "relaxed256"] as const)(
    "the kernels %s can do without shared memory",
    async (name) => {
      const { bytes } = await loadVariant(name);
      const module = new WebAssembly.Module(withoutSharing(bytes));
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
      expect(() => new WebAssembly.Instance(module, { env: { memory } })).not.toThrow();
      expect(() => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })).toThrow(/shared/);
    },
  );
});
