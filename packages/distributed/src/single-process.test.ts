import { expect, test } from "vitest";
import { singleProcess } from "./single-process.js";

test("one process keeps its values, and checks calls as several do", () => {
  const collective = singleProcess();
  const values = Float32Array.of(1, 2);
  collective.allReduce(values);
  collective.allReduce(values, "max");
  collective.broadcast(values);
  collective.barrier();
  collective.close();
  expect([...values]).toEqual([1, 2]);
  expect(collective.report()).toEqual({ library: null, launcher: null, rank: 0, size: 1 });
  expect(() => collective.allReduce(Uint8Array.of(1))).toThrow(
    "allReduce: values must be a Float32Array, Float64Array or Int32Array, got Uint8Array. Cast truth values to i32.",
  );
  expect(() => collective.broadcast([1] as never)).toThrow(
    "broadcast: values must be a typed array of a tensor's values, got Array.",
  );
  expect(() => collective.broadcast(values, 1)).toThrow("broadcast: root must be a process from 0 to 0, got 1.");
  expect(() => collective.abort(0)).toThrow("abort: the exit code must be an integer from 1 to 255, got 0.");
});
