import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { build } from "tsup";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder, timeless } from "../../testing/tiny.js";
import { killedConfig } from "../../testing/tiny-config.js";
import type { EpochEvent } from "../events.js";
import { train } from "../node.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const files = ["model.safetensors", "best.safetensors", "optimizer.safetensors", "config.yaml"];

async function contentOf(folder: string): Promise<unknown[]> {
  const lines = (await readFile(`${folder}/metrics.ndjson`, "utf8")).trim().split("\n");
  const bytes = files.map(async (name) => (await readFile(`${folder}/${name}`)).toString("base64"));
  return [await Promise.all(bytes), timeless(lines.map((line) => JSON.parse(line) as EpochEvent))];
}

/** Runs the training process. SIGKILL ends it some milliseconds after its nth checkpoint. */
function run(script: string, out: string, kill?: { checkpoint: number; afterMs: number }) {
  return new Promise<{ code: number | null; steps: number[] }>((resolve, reject) => {
    const child = spawn(process.execPath, [script, out], { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    let due = kill !== undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (!due || printed.split("\n").length <= kill!.checkpoint) return;
      due = false;
      setTimeout(() => child.kill("SIGKILL"), kill!.afterMs);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, steps: printed.split("\n").filter(Boolean).map(Number) }));
  });
}

beforeAll(() => use(cpu()));

test("a run that SIGKILL ends at random moments is resumed to the bytes of an uninterrupted one", {
  timeout: 300_000,
}, async () => {
  const [scripts, straight] = [await temporaryFolder(), await temporaryFolder()];
  await build({
    config: false,
    entry: { training: path("../../testing/training-process.ts") },
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../../tsconfig.json"),
    noExternal: [/./],
    format: ["esm"],
    target: "es2023",
    platform: "node",
    silent: true,
    outDir: scripts,
    outExtension: () => ({ js: ".mjs" }),
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const script = `${scripts}/training.mjs`;
  await train({ config: killedConfig(), out: straight });
  const expected = await contentOf(straight);
  // Each seed gives a fixed list of moments. A fast machine may complete a run before it is killed; then more runs follow.
  for (let seed = 1, kills = 0; seed <= 3 || kills < 3; seed++) {
    const random = new Random(seed);
    const out = await temporaryFolder();
    const steps: number[] = [];
    for (let done = false; !done; ) {
      const kill = { checkpoint: random.integer(1, 6), afterMs: random.integer(0, 25) };
      const ended = await run(script, out, kill);
      // A kill leaves no exit code; without one, the process completes.
      expect(ended.code ?? 0, `seed ${seed}`).toBe(0);
      steps.push(...ended.steps);
      done = ended.code === 0;
      if (!done) kills++;
    }
    // No start falls behind a checkpoint that was reported.
    for (const [i, step] of steps.entries())
      if (i > 0) expect(step, `seed ${seed}`).toBeGreaterThanOrEqual(steps[i - 1]!);
    expect(steps.at(-1), `seed ${seed}`).toBe(20);
    expect(await contentOf(out), `seed ${seed}`).toEqual(expected);
  }
});
