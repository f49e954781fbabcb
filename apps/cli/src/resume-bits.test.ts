import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunRuntime } from "@heed/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const out = join(folder, "run");
let trained: { readonly runtime: RunRuntime; readonly checksum: string };

beforeAll(async () => {
  await runCli(["train", "copy", ...tinyTask, "--set", "training.epochs=1", "--out", out]);
  trained = JSON.parse(await readFile(join(out, "state.json"), "utf8")) as typeof trained;
});

/** Changes what computed the run, and resumes it for no further step. */
async function resumeAfter(change: Partial<RunRuntime>, ...options: string[]) {
  const { checksum: _, ...state } = { ...trained, runtime: { ...trained.runtime, ...change } };
  const checksum = createHash("sha256").update(JSON.stringify(state)).digest("hex");
  await writeFile(join(out, "state.json"), JSON.stringify({ ...state, checksum }));
  const { stdout, stderr, code } = await runCli(["train", "--out", out, "--resume", ...options]);
  expect([stderr, code]).toEqual(["", 0]);
  const lines = stdout.split("\n");
  return {
    runs: lines.find((line) => line.startsWith("backend")) ?? "",
    notices: lines.filter((line) => line.includes("bits")),
  };
}

describe("heed train --resume", () => {
  it("asks the backend of the run for the same bits, without a notice", async () => {
    const plain = await resumeAfter({ backend: "wasm", arithmetic: { multiplyAdd: "plain" }, kernels: "plain128" });
    expect(plain.runs).toMatch(/wasm: .*128-bit SIMD, f32.*\(the backend of the run\)$/);
    expect(plain.notices).toEqual([]);
    const other = await resumeAfter({ backend: "cpu", arithmetic: { precision: "f64" } });
    expect(other.runs).toMatch(/cpu: .*f64.*\(the backend of the run\)$/);
    expect(other.notices).toEqual([]);
    const chosen = await resumeAfter({ backend: "wasm", arithmetic: { multiplyAdd: "plain" } }, "--backend", "wasm");
    expect(chosen.runs).toMatch(/128-bit SIMD, f32.*\(asked for by --backend\)$/);
    expect(chosen.notices).toEqual([]);
  });

  it("prints one notice when another backend is asked for", async () => {
    const { runs, notices } = await resumeAfter({}, "--backend", "cpu");
    expect(runs).toMatch(/cpu: /);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain("because the run resumes with backend cpu (before: wasm).");
  });

  it.each<[string, Partial<RunRuntime>]>([
    ["an unknown value", { arithmetic: { multiplyAdd: "quantum" } }],
    ["the file of a module as backend", { backend: "./evil.js" }],
    ["a number of threads", { arithmetic: { ...{ multiplyAdd: "quantum" }, threads: "16" } }],
  ])("with %s in state.json, takes what auto takes, and prints one notice", async (_, change) => {
    const { runs, notices } = await resumeAfter(change);
    expect(runs).toMatch(/wasm: .*\(auto: fastest available\)/);
    expect(notices).toHaveLength(1);
  });
});
