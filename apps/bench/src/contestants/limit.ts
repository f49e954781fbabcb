import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { isMainThread, workerData } from "node:worker_threads";
import { fastestFmaLoop } from "../limit/fma-loop.js";
import { joinTeam, makeTeam } from "../limit/team.js";
import { type Adapter, serve, Unsupported } from "./serve.js";

const [major = 0] = process.versions.node.split(".").map(Number);
// V8 merges neighbouring 128-bit operations into 256-bit ones when it is asked to, from Node 24 on.
if (isMainThread && major >= 24) setFlagsFromString("--experimental-wasm-revectorize");

const loop = fastestFmaLoop();

/** A copy whose reading and writing together move so many bytes. */
function copier(bytes: number): () => void {
  const from = new Float32Array(Math.ceil(bytes / 8)).fill(1);
  const to = new Float32Array(from.length);
  return () => to.set(from);
}

/** The machine itself: what nothing that runs on it can exceed, by the instructions that WebAssembly has. */
function limitAdapter(threads: number): Adapter {
  const team = makeTeam(threads, new URL(import.meta.url));
  return {
    describe: () => ({ versions: {}, details: { threads, loop: loop.name, "256 bits": major >= 24 } }),
    prepare: async (work) => {
      if (work.kind === "limit-fma") {
        return prepared(() => {
          team.run(0, loop.run);
          return threads * loop.operations;
        });
      }
      if (work.kind === "limit-copy") {
        const share = work.bytes / threads;
        const copy = copier(share);
        return prepared(() => {
          team.run(share, copy);
          return work.bytes;
        });
      }
      throw new Unsupported("the machine has no such operation");
    },
  };
}

const prepared = (run: () => number) => ({ run, read: async () => ({}), dispose: () => {} });

if (isMainThread) {
  const { values } = parseArgs({ options: { threads: { type: "string", default: "1" } } });
  await serve(async () => limitAdapter(Number(values.threads)));
} else {
  let copy = { bytes: 0, run: () => {} };
  joinTeam(workerData as Int32Array<SharedArrayBuffer>, (bytes) => {
    if (bytes === 0) return loop.run();
    if (copy.bytes !== bytes) copy = { bytes, run: copier(bytes) };
    copy.run();
  });
}
