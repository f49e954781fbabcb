import { BackendError, matmul, tensor, use } from "@heed/tensor";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createWasm } from "./wasm.js";

/** Workers of a page that were constructed, ended, and URLs that were made and given back. */
const seen = { constructed: 0, terminated: 0, urls: new Set<string>() };

/** What the pretended worker does when it is constructed. */
let behave: (worker: PretendedWorker) => void;

class PretendedWorker {
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null = null;
  onmessage: (() => void) | null = null;

  constructor() {
    behave(this);
    seen.constructed++;
  }

  postMessage(): void {}

  terminate(): void {
    seen.terminated++;
  }

  /** Fires an error event, as browsers do in a task of its own. */
  fail(message?: string): void {
    queueMicrotask(() => this.onerror?.({ preventDefault: () => {}, ...(message === undefined ? {} : { message }) }));
  }
}

beforeEach(() => {
  Object.assign(seen, { constructed: 0, terminated: 0, urls: new Set() });
  vi.stubGlobal("process", undefined);
  vi.stubGlobal("crossOriginIsolated", true);
  vi.stubGlobal("navigator", { hardwareConcurrency: 4 });
  vi.stubGlobal("Worker", PretendedWorker);
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    const url = `blob:${seen.urls.size}`;
    seen.urls.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void seen.urls.delete(url));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const failures: { title: string; behave: typeof behave; why: string }[] = [
  {
    title: "cannot be constructed",
    behave: () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    },
    why: "a worker thread cannot be started: The operation is insecure (its Content-Security-Policy must allow worker-src blob:)",
  },
  {
    title: "are not loaded",
    behave: (worker) => worker.fail(),
    why: "the page is not allowed to load workers (its Content-Security-Policy must allow worker-src blob:)",
  },
  {
    title: "fail at once",
    behave: (worker) => worker.fail("Uncaught RangeError: out of memory"),
    why: "a worker thread failed: Uncaught RangeError: out of memory",
  },
  { title: "do not answer", behave: () => {}, why: "a worker thread did not answer within 0.03 s" },
  {
    title: "are ready but for one",
    behave: (worker) => {
      if (seen.constructed === 1) worker.fail();
      else queueMicrotask(() => worker.onmessage?.());
    },
    why: "the page is not allowed to load workers (its Content-Security-Policy must allow worker-src blob:)",
  },
];

describe.each(failures)("where workers $title", ({ behave: how, why }) => {
  beforeEach(() => {
    behave = how;
  });

  /** No worker and no URL outlives a failed start. */
  function expectNothingLeft(): void {
    expect(seen.terminated).toBe(seen.constructed);
    expect([...seen.urls]).toEqual([]);
  }

  test("threads: auto runs on one thread and reports the reason", async () => {
    const { backend } = await createWasm({ patience: { start: 30 } });
    expectNothingLeft();
    const { threads, fallbacks } = backend.report();
    expect(threads).toBe(1);
    expect(fallbacks).toContainEqual({ wanted: "several threads", got: "1 thread", why });
    await use(backend);
    const product = matmul(tensor([[1, 2]]), tensor([[3], [4]]));
    expect(await product.data()).toEqual(Float32Array.of(11));
  });

  test("threads: 3 is an error with the reason and an alternative", async () => {
    const start = createWasm({ threads: 3, patience: { start: 30 } });
    await expect(start).rejects.toThrow(BackendError);
    await expect(start).rejects.toThrow(`wasm: 3 threads cannot be had: ${why}. Use threads: "auto" or 1.`);
    expectNothingLeft();
  });
});

test("an environment without Worker runs on one thread and reports it", async () => {
  vi.stubGlobal("Worker", undefined);
  const { backend } = await createWasm({});
  const why = "a worker thread cannot be started: this environment has no Worker";
  expect(backend.report()).toMatchObject({
    threads: 1,
    fallbacks: expect.arrayContaining([expect.objectContaining({ why })]),
  });
});

describe("where WebAssembly", () => {
  test("must not be compiled, the error names the policy and the reference backend", async () => {
    const refuse = new WebAssembly.CompileError("Refused to compile or instantiate WebAssembly module");
    vi.spyOn(WebAssembly, "Module").mockImplementation(function refuseToCompile() {
      throw refuse;
    });
    const error = await createWasm({}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({
      cause: refuse,
      message: expect.stringContaining("script-src 'self' 'wasm-unsafe-eval'"),
    });
    expect(String(error)).toContain("cpu()");
  });

  test("is missing, the error names the reference backend", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    await expect(createWasm({})).rejects.toThrow(
      "this JavaScript engine has no WebAssembly. Use the reference backend, cpu()",
    );
  });
});
