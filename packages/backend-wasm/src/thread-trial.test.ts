import { afterEach, expect, test, vi } from "vitest";
import { keepFastThreads } from "./choose-threads.js";
import { timeThreads } from "./thread-trial.js";
import { createWasm } from "./wasm.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** An engine with two threads, and a clock on which a job of two threads takes `milliseconds`, and one of one thread 1. */
async function prepare(milliseconds: number) {
  const { backend, engine } = await createWasm({ threads: 2 });
  let time = 0;
  vi.stubGlobal("performance", { now: () => time });
  const take = (duration: number) => () => {
    time += duration;
    return 0;
  };
  vi.spyOn(engine, "run").mockImplementation(take(milliseconds));
  vi.spyOn(engine, "kernel").mockImplementation((name) => ({ index: 0, call: take(name === "gemm" ? 1 : 0) }));
  return { backend, engine };
}

test("threads that are slower than one are ended, and the report says so", async () => {
  const { backend, engine } = await prepare(3);
  expect(timeThreads(engine)).toEqual({ alone: 5, together: 15 });
  const { speedup, fallbacks } = keepFastThreads(engine);
  expect(speedup).toBe(0.33);
  const why = "they are slower: 15.00 instead of 5.00 ms for a few small products";
  expect(fallbacks).toEqual([{ wanted: "2 threads", got: "1 thread", why }]);
  expect(engine.pool).toBeNull();
  expect(backend.report().threads).toBe(1);
});

test("threads that are faster stay", async () => {
  const { backend, engine } = await prepare(0.6);
  expect(keepFastThreads(engine)).toEqual({ speedup: 1.67, fallbacks: [] });
  expect(backend.report().threads).toBe(2);
  await backend.close?.();
});

test("a clock that stands still, and one that jumps once, end no threads", async () => {
  const { backend, engine } = await createWasm({ threads: 2 });
  let readings = 0;
  for (const now of [() => 0, () => (readings++ > 4 ? 39 : 0)]) {
    vi.stubGlobal("performance", { now });
    expect(keepFastThreads(engine).fallbacks).toEqual([]);
  }
  await backend.close?.();
});

test("a worker that dies in the trial leaves one thread", async () => {
  const { backend, engine } = await createWasm({ threads: 2, patience: { job: 100 } });
  engine.pool?.killWorker();
  const { speedup, fallbacks } = keepFastThreads(engine);
  expect([speedup, fallbacks[0]?.got, backend.report().threads]).toEqual([null, "1 thread", 1]);
});

test("auto times threads, and a number of threads does not", async () => {
  const { backend: timed } = await createWasm({});
  const { threads, details, fallbacks } = timed.report();
  if (threads === 1) expect(fallbacks.some(({ got }) => got === "1 thread")).toBe(true);
  else expect(details.threadsSpeedup).toBeGreaterThanOrEqual(1);
  const { backend: untimed } = await createWasm({ threads: 2 });
  expect(untimed.report().details).not.toHaveProperty("threadsSpeedup");
  await timed.close?.();
  await untimed.close?.();
});
