import { cpu, use } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { noticesAfter, stateOf } from "../../testing/resume-notices.js";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { train } from "../node.js";
import { version } from "../version.js";
import type { RunRuntime } from "./run-runtime.js";

describe("the runtime in state.json", () => {
  test("names heed's version, the engine, the backend, its arithmetic, its kernels and its threads", async () => {
    const out = await temporaryFolder();
    await use(cpu({ precision: "f64" }));
    await train({ config: tinyConfig({ epochs: 1 }), out });
    expect((await stateOf(out)).runtime).toEqual({
      ...{ heed: version, engine: `Node ${process.versions.node}`, backend: "cpu" },
      ...{ arithmetic: { precision: "f64" }, kernels: null, threads: 1 },
    });
  });

  test("is that of the last step", async () => {
    const out = await temporaryFolder();
    for (const [epochs, precision] of [
      [1, "f64"],
      [2, "f32"],
    ] as const) {
      await use(cpu({ precision }));
      await train({ config: tinyConfig({ epochs }), out, resume: epochs > 1 });
      expect((await stateOf(out)).runtime.arithmetic).toEqual({ precision });
    }
  });

  test("a damaged runtime is an error that names the key", async () => {
    await expect(noticesAfter({ threads: 0 })).rejects.toThrow("runtime.threads must be");
  });
});

describe("a resumed run", () => {
  const start =
    "The last bits of the results will differ from those of an uninterrupted run, because the run resumes with";

  test.each<[string, Partial<RunRuntime>, string]>([
    ["another heed", { heed: "0.0.9" }, `heed ${version} (before: 0.0.9)`],
    ["another backend", { backend: "wasm", arithmetic: { multiplyAdd: "fused" } }, "backend cpu (before: wasm)"],
    ["another arithmetic", { arithmetic: { precision: "f64" } }, "precision f32 (before: f64)"],
    ["an arithmetic that is new", { arithmetic: {} }, "precision f32 (before: none)"],
  ])("on %s prints one notice that the bits will differ, and why", async (_, change, why) => {
    expect(await noticesAfter(change)).toEqual([`${start} ${why}.`]);
  });

  test.each<[string, Partial<RunRuntime>]>([
    ["the same", {}],
    ["another engine", { engine: "Node 20.19.0" }],
    ["another number of threads", { threads: 7 }],
    ["kernels with the same arithmetic", { kernels: "relaxed256" }],
  ])("on %s prints none", async (_, change) => {
    expect(await noticesAfter(change)).toEqual([]);
  });
});
