import type { TensorData } from "@heed/tensor";
import { assertBroadcast, assertReducible, type Collective, checkExitCode } from "../collective.js";
import { DistributedError } from "../distributed-error.js";
import type { Launcher } from "../find-launcher.js";
import type { Ending } from "./end-with-program.js";
import type { MpiLibrary } from "./mpi-library.js";

/** Most elements of one call: counts are 32-bit integers. */
const mostElements = 2 ** 30;

/** All processes, and how they end when the program of one ends. */
export interface MpiConnection {
  readonly collective: Collective;
  readonly ending: Ending;
}

/**
 * Starts MPI in this process, and returns all processes as a collective.
 *
 * @throws DistributedError when MPI reports an error, was ended before, or does not see the processes of the launcher
 */
export function startMpi(library: MpiLibrary, launcher: Launcher | undefined): MpiConnection {
  const { functions: mpi, handles } = library;
  if (launcher?.name.includes("Open MPI") && !library.version.startsWith("Open MPI")) {
    throw otherInstallation(library, launcher, "is another implementation");
  }
  let rank = launcher?.rank ?? 0;
  let size = launcher?.size ?? 1;
  let open = true;
  let failed = false;

  const check = (name: string, code: number): void => {
    if (code === 0) return;
    failed = true;
    const where = `process ${rank} of ${size}, ${library.version}`;
    throw new DistributedError(
      `${name} failed: ${errorText(library, code)} (${where}). All processes must make the same calls, with values of the same type and length.`,
    );
  };
  const read = (name: string, call: (out: [number]) => number): number => {
    const out: [number] = [0];
    check(name, call(out));
    return out[0];
  };
  const assertOpen = (): void => {
    if (open) return;
    throw new DistributedError("The connection to the other processes was closed: make all calls before close().");
  };

  if (read("MPI_Finalized", mpi.finalized) !== 0) {
    throw new DistributedError(
      "MPI was ended in this process, and it can start only once. Connect once, and close last.",
    );
  }
  const started = read("MPI_Initialized", mpi.initialized) === 0;
  if (started) read("MPI_Init_thread", (provided) => mpi.initThread(0, 0, handles.funneled, provided));
  check("MPI_Comm_set_errhandler", mpi.setErrorHandler(handles.world, handles.errorsReturn));
  rank = read("MPI_Comm_rank", (out) => mpi.rank(handles.world, out));
  size = read("MPI_Comm_size", (out) => mpi.size(handles.world, out));
  const local = localProcesses(library, check, read);

  const typeOf = (values: TensorData) => {
    if (values instanceof Float32Array) return handles.float;
    if (values instanceof Float64Array) return handles.double;
    return values instanceof Int32Array ? handles.int : handles.byte;
  };
  const abort = (exitCode: number): never => {
    mpi.abort(handles.world, exitCode);
    return process.exit(exitCode);
  };
  const collective: Collective = {
    rank,
    size,
    local,
    allReduce(values, operation = "sum") {
      assertOpen();
      assertReducible(values);
      const [type, by] = [typeOf(values), operation === "max" ? handles.max : handles.sum];
      for (const part of partsOf(values)) {
        check("MPI_Allreduce", mpi.allReduce(handles.inPlace, part, part.length, type, by, handles.world));
      }
    },
    broadcast(values, root = 0) {
      assertOpen();
      assertBroadcast(values, root, size);
      const type = typeOf(values);
      for (const part of partsOf(values)) {
        check("MPI_Bcast", mpi.broadcast(part, part.length, type, root, handles.world));
      }
    },
    barrier() {
      assertOpen();
      check("MPI_Barrier", mpi.barrier(handles.world));
    },
    abort(exitCode = 1) {
      const code = checkExitCode(exitCode);
      assertOpen();
      return abort(code);
    },
    report: () => ({ library: `${library.version} (${library.path})`, launcher: launcher?.name ?? null, rank, size }),
    close() {
      if (!open) return;
      open = false;
      // After an error, ending MPI would wait for messages that never come.
      if (started && !failed) check("MPI_Finalize", mpi.finalize());
    },
  };
  if (launcher && launcher.size !== size) {
    collective.close();
    throw otherInstallation(library, launcher, `sees ${size}`);
  }
  const mustAbort = (code: number): boolean => size > 1 && (failed || (open && code !== 0));
  return { collective, ending: { mustAbort, abort, close: collective.close } };
}

function otherInstallation(library: MpiLibrary, launcher: Launcher, fault: string): DistributedError {
  return new DistributedError(
    `Expected ${launcher.size} processes, as ${launcher.name} started, but ${library.version} (${library.path}) ${fault}. Launcher and library must be of one MPI installation: set HEED_MPI to the library of the launcher.`,
  );
}

/** This process among those of its machine, which share memory. */
function localProcesses(
  { functions: mpi, handles }: MpiLibrary,
  check: (name: string, code: number) => void,
  read: (name: string, call: (out: [number]) => number) => number,
): Collective["local"] {
  const made = new BigInt64Array(1);
  check("MPI_Comm_split_type", mpi.splitType(handles.world, handles.shared, 0, handles.noInfo, made));
  const comm = made[0]!;
  const local = {
    rank: read("MPI_Comm_rank", (out) => mpi.rank(comm, out)),
    size: read("MPI_Comm_size", (out) => mpi.size(comm, out)),
  };
  check("MPI_Comm_free", mpi.free(made));
  return local;
}

/** MPI's own words, its lines joined to one. */
function errorText({ functions }: MpiLibrary, code: number): string {
  const [text, length]: [Uint8Array, [number]] = [new Uint8Array(512), [0]];
  if (functions.errorString(code, text, length) !== 0) return `error ${code}`;
  const lines = new TextDecoder()
    .decode(text.subarray(0, length[0]))
    .replaceAll("\0", "")
    .trim()
    .split(/\s*\n\s*/);
  return lines
    .map((line) => line.replace(/\.*:(?= |$)/, ":"))
    .join("; ")
    .replaceAll(":;", ":");
}

function* partsOf(values: TensorData): Generator<TensorData> {
  if (values.length <= mostElements) yield values;
  else for (let i = 0; i < values.length; i += mostElements) yield values.subarray(i, i + mostElements);
}
