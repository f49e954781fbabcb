import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wasm } from "@heed/backend-wasm";
import { cpu, type Tensor, tensor, use } from "@heed/tensor";
import { allReduceTensors, broadcastTensors, type Collective } from "../src/index.js";
import { connect } from "../src/node.js";
import { trainOn } from "./train-on.js";

/**
 * A program that a launcher starts several times: `rank-process.mjs TASK FOLDER`. It writes `FOLDER/RANK.json`, what the task
 * returned or the message of its error.
 */
const [task = "", folder = ""] = process.argv.slice(2);

const valuesOf = async (tensors: readonly Tensor[]): Promise<number[][]> =>
  Promise.all(tensors.map(async (each) => [...(await each.data())]));

/** Every kind of call, on arrays and on tensors of both backends; rank r contributes r + 1. */
async function calls(collective: Collective): Promise<unknown> {
  const own = collective.rank + 1;
  const arrays = [Float32Array.of(own, 0.5), Float64Array.of(own / 3), Int32Array.of(own, -own)];
  for (const values of arrays) collective.allReduce(values);
  const largest = [Float32Array.of(own, -own), Int32Array.of(-own), Float64Array.of(own)];
  for (const values of largest) collective.allReduce(values, "max");
  const bytes = Uint8Array.of(own, 7);
  collective.broadcast(bytes, collective.size - 1);
  collective.barrier();
  const tensors: Record<string, unknown> = {};
  for (const backend of [await wasm({ threads: 1 }), cpu(), cpu({ precision: "f64" })]) {
    await use(backend);
    const made = [tensor([[own], [2]]), tensor([own, 1, 1], { dtype: "i32" }), tensor([[1, own]])];
    const { precision } = backend.report();
    tensors[`${backend.name} ${precision}`] = {
      sum: await valuesOf(await allReduceTensors(collective, made)),
      max: await valuesOf(await allReduceTensors(collective, made, { operation: "max" })),
      broadcast: await valuesOf(await broadcastTensors(collective, made)),
    };
  }
  const { rank, size, local } = collective;
  return {
    rank,
    size,
    local,
    report: collective.report(),
    arrays: arrays.map((values) => [...values]),
    largest: largest.map((values) => [...values]),
    bytes: [...bytes],
    tensors,
  };
}

const tasks: Readonly<Record<string, (collective: Collective) => unknown>> = {
  calls,
  train: trainOn,
  /** Processes give arrays of different lengths. */
  lengths: (collective) => collective.broadcast(new Float32Array(collective.rank === 0 ? 2 : 1)),
  /** A wrong call that the library does not see. */
  wrong: (collective) => collective.broadcast(new Float32Array(1), collective.size),
  /** The last process fails while the others wait for it. */
  throw: (collective) => {
    if (collective.rank === collective.size - 1) throw new Error("a fault of the last process");
    collective.barrier();
  },
  abort: (collective) => (collective.rank === collective.size - 1 ? collective.abort(7) : collective.barrier()),
  /** The last process is killed while the others wait for it. */
  kill: (collective) => {
    if (collective.rank === collective.size - 1) process.kill(process.pid, "SIGKILL");
    collective.barrier();
  },
  absent: () => ({}),
  close: (collective) => {
    collective.close();
    collective.close();
    collective.barrier();
  },
};

/** Tasks whose error ends the program. */
const fatal = ["throw", "lengths"];

const write = (name: string, result: unknown): void => writeFileSync(join(folder, name), JSON.stringify(result));
const rankOfLauncher = process.env.PMI_RANK ?? process.env.OMPI_COMM_WORLD_RANK;
// One process has no library.
if (task === "absent" && rankOfLauncher === "1") process.env.HEED_MPI = "/no/library";
if (task === "connect") {
  const failed = await connect().then(
    () => undefined,
    (error: Error) => error,
  );
  write(`${rankOfLauncher}.json`, { error: failed?.message });
} else {
  const collective = await connect();
  let result: unknown;
  try {
    result = await tasks[task]!(collective);
  } catch (error) {
    if (fatal.includes(task)) throw error;
    result = { error: (error as Error).message };
  }
  write(`${collective.rank}.json`, result ?? {});
}
