import { expect, test } from "vitest";
import { highPrecision, relativeError } from "../../testing/high-precision.js";
import { cpu, tensor, use } from "../index.js";
import { isElementwise } from "./numerics-rows.js";
import { numericsRows } from "./numerics-table.js";

/** Arguments by the name of the function: those at which its value is neither 0 nor beyond f32. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  exp: [-100, 88],
  log: [1e-44, 3e38],
  log1p: [-0.999, 3e38],
  sqrt: [1e-44, 3e38],
  sin: [-1e6, 1e6],
  cos: [-1e6, 1e6],
  tanh: [-30, 30],
  sigmoid: [-100, 100],
  erf: [-7, 7],
  softplus: [-100, 100],
  silu: [-100, 100],
};

/** Numbers of all magnitudes between two limits. */
function spread([low, high]: readonly [number, number]): number[] {
  const sizes = Array.from({ length: 300 }, (_, i) => 2 ** (-149 + i * 0.93) * (1 + (i % 7) / 11));
  const even = Array.from({ length: 300 }, (_, i) => low + ((high - low) * (i + 0.5)) / 300);
  return [...sizes, ...sizes.map((x) => -x), ...even].map(Math.fround).filter((x) => x >= low && x <= high);
}

test("the elementary functions of the reference are right to 2e-15 in f64, against 640 bits", async () => {
  await use(cpu({ precision: "f64" }));
  for (const [name, range] of Object.entries(ranges)) {
    const row = numericsRows.find((each) => each.name === name)!;
    const arguments_ = spread(range);
    const values = row.apply(tensor(Float32Array.from(arguments_))).dataSync();
    for (const [i, x] of arguments_.entries()) {
      const exact = highPrecision[name]!(x);
      expect(relativeError(values[i]!, exact), `${name}(${x}) of the reference`).toBeLessThan(2e-15);
      if (isElementwise(row)) expect(relativeError(row.exact(x), exact), `${name}(${x})`).toBeLessThan(2e-15);
    }
  }
});
