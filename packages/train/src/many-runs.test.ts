import { fork } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { afterAll, expect, test } from "vitest";
import { prepareBits } from "../testing/bits-of.js";
import type { RunBits, RunRequest } from "../testing/run-bits.js";
import { temporaryFolder } from "../testing/tiny.js";

const [processes, runs] = [20, 10];
const cores = availableParallelism();

/** Runs of a process: what is timed is chosen by the clock, by a random clock, or by hand. */
const requests: readonly RunRequest[] = Array.from({ length: runs }, (_, i) => {
  if (i % 5 === 4) return { randomClock: true, wasm: { threads: 2 } };
  return { randomClock: i % 2 === 1 };
});

test(`${processes * runs} runs in ${processes} processes on a busy machine have one hash`, {
  timeout: 900_000,
}, async () => {
  const folder = await temporaryFolder(afterAll);
  const bitsOf = await prepareBits(folder);
  await writeFile(`${folder}/busy.mjs`, "for (;;) Math.random();");
  const busy = Array.from({ length: Math.ceil(cores / 2) }, () => fork(`${folder}/busy.mjs`));
  const all: RunBits[] = [];
  try {
    let left = processes;
    const work = async (): Promise<void> => {
      while (left-- > 0) all.push(...(await bitsOf(requests)));
    };
    await Promise.all(Array.from({ length: 2 * cores }, work));
  } finally {
    for (const child of busy) child.kill("SIGKILL");
  }
  expect(all).toHaveLength(processes * runs);
  expect(new Set(all.map(({ hash }) => hash)).size).toBe(1);
  // Different choices were made.
  const kernels = new Set(all.map(({ runtime }) => runtime.kernels));
  expect(kernels).toEqual(new Set(["relaxed128", "relaxed256"]));
  expect(new Set(all.map(({ runtime }) => runtime.threads)).size).toBeGreaterThan(1);
});
