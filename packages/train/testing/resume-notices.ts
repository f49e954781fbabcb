import { readFile, writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { train } from "../src/node.js";
import type { RunRuntime } from "../src/run/run-runtime.js";
import { type RunState, runState } from "../src/run/run-state.js";
import { listener, temporaryFolder, tinyConfig } from "./tiny.js";

/** Reads `state.json`. */
export async function stateOf(folder: string): Promise<RunState> {
  return JSON.parse(await readFile(`${folder}/state.json`, "utf8")) as RunState;
}

/** Trains an epoch on `cpu`, changes the runtime in `state.json`, and returns the notices of the resumed run about bits. */
export async function noticesAfter(change: Partial<RunRuntime>): Promise<string[]> {
  const out = await temporaryFolder();
  await use(cpu());
  await train({ config: tinyConfig({ epochs: 1 }), out });
  const { checksum: _, ...state } = await stateOf(out);
  const changed = await runState({ ...state, runtime: { ...state.runtime, ...change } });
  await writeFile(`${out}/state.json`, JSON.stringify(changed));
  const { events, on } = listener();
  await train({ config: tinyConfig({ epochs: 2 }), out, resume: true, on });
  const notices = events.flatMap((event) => (event.event === "notice" ? [event.message] : []));
  return notices.filter((message) => message.includes("bits"));
}
