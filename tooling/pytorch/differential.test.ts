import { readFileSync } from "node:fs";
import { wasm } from "@heed/backend-wasm";
import { type Backend, builtInOps, cpu, type DeviceBuffer } from "@heed/tensor";
import { expect, test } from "vitest";
import { compareWithPytorch, type DifferentialCase } from "./differential-case.js";

const lines = readFileSync(new URL("differential.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");
const cases = lines.map((line) => JSON.parse(line) as DifferentialCase);

/** Operations without a counterpart in PyTorch, and why. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  adamStep: "compared as an optimizer, in fixtures/optimizer-adam*",
  additiveGru: "PyTorch has no decoder with attention; gruStep and additiveScores are compared",
  dropout: "random",
  entmax15: "not in PyTorch",
  multinomial: "random",
  sparsemax: "not in PyTorch",
  uniformLike: "random",
};

test("every operation has cases, or a reason why not", () => {
  const covered = new Set(cases.map(({ op }) => op));
  const missing = builtInOps.map(({ opName }) => opName).filter((name) => !covered.has(name));
  expect(missing.sort()).toEqual(Object.keys(withoutCounterpart).sort());
});

test.each(["cpu", "wasm"])("errors on %s are at most four times those of PyTorch, or 2 ulp", async (name) => {
  const backend = name === "cpu" ? cpu() : await wasm({ threads: 1 });
  let tensors = 0;
  const faults: string[] = [];
  for (const given of cases) {
    const difference = await compareWithPytorch(given, backend);
    tensors += difference.tensors;
    faults.push(...difference.faults.map((fault) => `${given.op} ${given.number}: ${fault}`));
  }
  await backend.close?.();
  expect(faults).toEqual([]);
  expect(tensors).toBeGreaterThan(800);
});

/** What is found on the reference backend with a change. */
async function faultsOf(op: string, change: (reference: Backend) => Partial<Backend>): Promise<string> {
  const reference = cpu();
  const backend = { ...reference, ...change(reference) };
  const faults: string[] = [];
  for (const given of cases.filter((each) => each.op === op))
    faults.push(...(await compareWithPytorch(given, backend)).faults);
  return faults.join("\n");
}

/** Makes all values larger by five millionths. */
function nudged(buffer: DeviceBuffer): DeviceBuffer {
  const { values } = buffer as DeviceBuffer & { values: Float32Array };
  values.set(values.map((value) => value * (1 + 5e-6)));
  return buffer;
}

test("a value, a gradient and an index that are wrong are found", async () => {
  expect(await faultsOf("sin", ({ unary }) => ({ unary: (kernel, x) => nudged(unary(kernel, x)) }))).toMatch(
    /^result 1: element \d+ is [\d.e-]+, expected [\d.e-]+ \(error [\d.e-]+, PyTorch [\d.e-]+, 2 ulp are/,
  );
  const wrongGradients = await faultsOf("tanh", ({ binary }) => ({ binary: (...given) => nudged(binary(...given)) }));
  expect(wrongGradients).toMatch(/^gradient 1: element/);
  const wrongIndices = await faultsOf("argmax", ({ argmax }) => ({
    argmax: (x, axis) => {
      const buffer = argmax(x, axis) as DeviceBuffer & { values: Int32Array };
      buffer.values.fill(1);
      return buffer;
    },
  }));
  expect(wrongIndices).toMatch(/^result 1: element \d+ is 1, expected/);
});
