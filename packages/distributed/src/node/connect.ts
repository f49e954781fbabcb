import { isMainThread } from "node:worker_threads";
import type { Collective } from "../collective.js";
import { DistributedError } from "../distributed-error.js";
import { findLauncher, type Launcher } from "../find-launcher.js";
import { singleProcess } from "../single-process.js";
import { endingBeforeStart, endWithProgram } from "./end-with-program.js";
import { libraryPaths } from "./library-paths.js";
import { startMpi } from "./mpi-collective.js";
import { loadMpiLibrary } from "./mpi-library.js";

/** Options of {@link connect}. */
export interface ConnectOptions {
  /**
   * Path of the MPI library, or `"auto"` for the one that belongs to the launcher. Default: the environment variable
   * `HEED_MPI`, or else `"auto"` when a launcher started this process. Without these, MPI is not loaded.
   */
  readonly library?: string | undefined;
  /** Environment variables; default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** MPI can be started once in a process: all callers share the connection. */
let connection: Promise<Collective> | undefined;

/**
 * Connects the processes that `mpiexec`, `mpirun` or `srun` started, over MPI. Without a launcher, the result is a collective of
 * one process, and nothing is loaded.
 *
 * When the program ends with an exit code other than 0, all processes end; a process that fails does not leave the others waiting.
 *
 * @throws DistributedError outside of the main thread, when koffi or the library cannot be loaded, or when the library
 *   does not belong to the launcher
 * @example
 * const collective = await connect();
 * console.log(`process ${collective.rank} of ${collective.size}`);
 */
export async function connect({ library, env = process.env }: ConnectOptions = {}): Promise<Collective> {
  const launcher = findLauncher(env);
  const wanted = library ?? (env.HEED_MPI || undefined) ?? (launcher && "auto");
  if (wanted === undefined) return singleProcess();
  if (!isMainThread) {
    throw new DistributedError("connect: MPI works in the main thread only, but this is a worker. Call it there.");
  }
  connection ??= start(wanted, launcher, env);
  return connection;
}

async function start(
  library: string,
  launcher: Launcher | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Collective> {
  let ending = endingBeforeStart(launcher?.size ?? 1, env);
  endWithProgram(() => ending);
  const paths = library === "auto" ? libraryPaths(launcher, env) : [library];
  const connected = startMpi(await loadMpiLibrary(paths), launcher);
  ending = connected.ending;
  return connected.collective;
}
