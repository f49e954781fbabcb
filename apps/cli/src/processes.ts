import { isHeedError } from "@heed/core";
import type { CollectiveReport } from "@heed/distributed";
import type { TrainCollective } from "@heed/distributed/node";
import type { Context } from "./context.js";
import { Output } from "./output.js";

/** Options of commands that several processes run together. */
export interface ProcessOptions {
  /** Connect over MPI also without a launcher that heed recognizes. */
  readonly mpi?: boolean;
}

/** The processes that run a command together. */
export interface Processes extends TrainCollective {
  /** Number of processes on this machine. */
  readonly local: number;
  /** Number of processes, library and launcher, in words. */
  readonly description: string;
  readonly report: CollectiveReport;
}

/**
 * Runs a command in the processes that `mpirun`, `mpiexec` or `srun` started; in one process, MPI is not loaded. Process 0
 * alone prints. All end together: with the exit code of process 0, or of the first one with another code than 0.
 *
 * @param body - gets `undefined` for one process
 */
export async function withProcesses(
  { mpi = false }: ProcessOptions,
  context: Context,
  body: (processes: Processes | undefined, context: Context) => Promise<number>,
): Promise<number> {
  const { findLauncher } = await import("@heed/distributed");
  const { env } = context.io;
  if (!mpi && findLauncher(env) === undefined) return await body(undefined, context);
  const { connect, trainCollective } = await import("@heed/distributed/node");
  const collective = await connect({ env, ...(mpi && { library: env.HEED_MPI || "auto" }) });
  const report = collective.report();
  const processes: Processes = {
    ...trainCollective(collective),
    ...{ local: collective.local.size, description: describe(report), report },
  };
  const { io } = context;
  const quiet = collective.rank === 0 ? context : { io, output: new Output(io, false, { quiet: true }) };
  try {
    const codes = await processes.gather(await body(processes, quiet));
    collective.barrier();
    collective.close();
    return codes.find((code) => code !== 0) ?? 0;
  } catch (error) {
    // Process 0 has the same error. It prints the message, and ends all processes.
    if (isHeedError(error, "PeerError")) collective.barrier();
    throw collective.rank === 0 ? error : named(error, collective.rank, collective.size);
  }
}

/** Names the process in the message of an error that the others do not have. */
function named(error: unknown, rank: number, size: number): unknown {
  if (!(error instanceof Error) || isHeedError(error, "PeerError")) return error;
  error.message = `Process ${rank} of ${size}: ${error.message}`;
  return error;
}

function describe({ library, launcher, size }: CollectiveReport): string {
  return [`${size}`, library ?? "no library", ...(launcher === null ? [] : [`started by ${launcher}`])].join(", ");
}
