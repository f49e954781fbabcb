import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { wasm } from "@heed/backend-wasm";
import type { Random } from "@heed/core";
import { type Backend, cpu } from "@heed/tensor";
import { compareWithPytorch, type DifferentialCase } from "../../pytorch/differential-case.js";
import { type Bench, type Part, TortureError } from "../part.js";

const run = promisify(execFile);

/** Calls a round; PyTorch takes seconds to start. */
const CASES = 460;

/** Random calls of operations, whose values and gradients are compared with PyTorch's. */
export const pytorch: Part = {
  name: "pytorch",
  summary: "errors of operations are at most four times those of PyTorch, or 2 ulp",
  async start(bench) {
    const python = process.env.PYTHON ?? "python3";
    try {
      await run(python, ["-c", "import torch"]);
    } catch {
      return `${python} has no PyTorch. Install it, or set PYTHON to a Python that has it`;
    }
    const backends = [cpu(), await wasm({ threads: 1 })];
    return {
      round: (random) => compareCases(bench, python, backends, random),
      end: async () => {
        for (const backend of backends) await backend.close?.();
      },
    };
  },
};

async function compareCases(bench: Bench, python: string, backends: readonly Backend[], random: Random): Promise<void> {
  const seed = `${random.integer(0, 2 ** 31)}`;
  const casesOf = async (...options: readonly string[]): Promise<DifferentialCase[]> => {
    const script = join(bench.root, "tooling/pytorch/differential.py");
    const { stdout } = await run(python, [script, "--seed", seed, ...options], { maxBuffer: 2 ** 28 });
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as DifferentialCase);
  };
  const faults: string[] = [];
  const files: Record<string, string> = {};
  for (const given of await casesOf("--count", `${CASES}`)) {
    bench.count("calls");
    for (const backend of backends) {
      const { tensors, faults: found } = await compareWithPytorch(given, backend);
      bench.count("tensors compared", tensors);
      if (found.length === 0) continue;
      // Nine runs of PyTorch may all be right by luck. Many are not.
      const [again] = await casesOf("--first", `${given.number}`, "--count", "1", "--runs", "400");
      const { faults: certain } = await compareWithPytorch(again!, backend);
      bench.count("calls compared again");
      if (certain.length === 0) continue;
      faults.push(`${given.op} on ${backend.name}: ${certain.join("; ")}`);
      files[`${given.op}-${given.number}.json`] = JSON.stringify(again);
    }
  }
  if (faults.length > 0) throw new TortureError(faults.join("\n"), files);
}
