import { parentPort, workerData } from "node:worker_threads";
import { trainCollective } from "../src/node.js";
import { type SharedMemory, threadCollective } from "./thread-collective.js";
import { trainRecipe } from "./train-recipe.js";

/** What a thread is asked for. */
export interface ThreadTask {
  readonly memory: SharedMemory;
  readonly rank: number;
  /** Options of training; undefined: the calls of `trainCollective`. */
  readonly training?: Readonly<Record<string, unknown>>;
  readonly dropout?: number;
}

const { memory, rank, training, dropout } = workerData as ThreadTask;
const collective = threadCollective(memory, rank);

/** Every call of `trainCollective`, with errors in one process and in several. */
async function calls(): Promise<unknown> {
  const { onFirst, inAll, gather } = trainCollective(collective);
  const failing = (...ranks: number[]) =>
    inAll(async () => {
      if (ranks.includes(rank)) throw new TypeError(`fault ${rank}`);
      return rank;
    }).catch((error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
  return {
    first: await onFirst(() => ({ rank, bytes: Uint8Array.of(rank, 7), none: undefined })),
    firstFails: await onFirst(() => Promise.reject(new Error("no"))).catch((error: unknown) => String(error)),
    gathered: gather({ rank, text: "é".repeat(rank) }),
    all: await failing(),
    one: await failing(2),
    several: await failing(1, 2),
    firstToo: await failing(0, 1),
  };
}

parentPort?.postMessage(await (training ? trainRecipe(collective, training, dropout) : calls()));
