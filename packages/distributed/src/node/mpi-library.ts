import { DistributedError } from "../distributed-error.js";
import { type MpiHandles, mpichHandles, openMpiHandles, standardHandles } from "./mpi-handles.js";

/** A function of the library: it returns an error code, and writes results into its arguments. */
type Call<Arguments extends readonly unknown[]> = (...given: Arguments) => number;
type Handle = number | bigint;
/** Receives one number. */
type Out = [number];

/** The functions of MPI that heed calls. */
export interface MpiFunctions {
  readonly initThread: Call<[argc: number, argv: number, required: number, provided: Out]>;
  readonly initialized: Call<[flag: Out]>;
  readonly finalized: Call<[flag: Out]>;
  readonly finalize: Call<[]>;
  readonly abort: Call<[comm: Handle, code: number]>;
  readonly rank: Call<[comm: Handle, rank: Out]>;
  readonly size: Call<[comm: Handle, size: Out]>;
  readonly splitType: Call<[comm: Handle, type: number, key: number, info: Handle, made: BigInt64Array]>;
  readonly free: Call<[comm: BigInt64Array]>;
  readonly setErrorHandler: Call<[comm: Handle, handler: Handle]>;
  readonly allReduce: Call<
    [send: number, values: ArrayBufferView, count: number, type: Handle, operation: Handle, comm: Handle]
  >;
  readonly broadcast: Call<[values: ArrayBufferView, count: number, type: Handle, root: number, comm: Handle]>;
  readonly barrier: Call<[comm: Handle]>;
  readonly errorString: Call<[code: number, text: Uint8Array, length: Out]>;
}

const prototypes: Readonly<Record<keyof MpiFunctions, string>> = {
  initThread: "int MPI_Init_thread(intptr_t, intptr_t, int, _Out_ int*)",
  initialized: "int MPI_Initialized(_Out_ int*)",
  finalized: "int MPI_Finalized(_Out_ int*)",
  finalize: "int MPI_Finalize()",
  abort: "int MPI_Abort(intptr_t, int)",
  rank: "int MPI_Comm_rank(intptr_t, _Out_ int*)",
  size: "int MPI_Comm_size(intptr_t, _Out_ int*)",
  splitType: "int MPI_Comm_split_type(intptr_t, int, int, intptr_t, void*)",
  free: "int MPI_Comm_free(void*)",
  setErrorHandler: "int MPI_Comm_set_errhandler(intptr_t, intptr_t)",
  allReduce: "int MPI_Allreduce(intptr_t, void*, int, intptr_t, intptr_t, intptr_t)",
  broadcast: "int MPI_Bcast(void*, int, intptr_t, int, intptr_t)",
  barrier: "int MPI_Barrier(intptr_t)",
  errorString: "int MPI_Error_string(int, void*, _Out_ int*)",
};

/** An MPI library in this process. */
export interface MpiLibrary {
  readonly path: string;
  /** Such as `MPICH 5.0.2`. */
  readonly version: string;
  readonly handles: MpiHandles;
  readonly functions: MpiFunctions;
}

/**
 * Loads the first of the given files that is there.
 *
 * @throws DistributedError when the package koffi or the library cannot be loaded, or it is no MPI library that heed knows
 */
export async function loadMpiLibrary(paths: readonly string[]): Promise<MpiLibrary> {
  const koffi = await loadKoffi();
  const failures: string[] = [];
  for (const path of paths) {
    let library: ReturnType<typeof koffi.load>;
    try {
      // Open MPI's own plug-ins look up its symbols in the whole process.
      library = koffi.load(path, { global: true });
    } catch (error) {
      failures.push(`${path}: ${firstLine(error)}`);
      continue;
    }
    try {
      const text = libraryVersion((prototype) => library.func(prototype));
      const addressOf = (symbol: string): bigint => koffi.address(library.symbol(symbol));
      const functions = Object.fromEntries(
        Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]),
      ) as unknown as MpiFunctions;
      const handles = handlesOf(
        text,
        hasStandardAbi((prototype) => library.func(prototype)),
        addressOf,
      );
      return { path, version: shortVersion(text), handles, functions };
    } catch (error) {
      failures.push(`${path}: ${firstLine(error)}`);
    }
  }
  throw new DistributedError(
    `No MPI library could be loaded: expected MPICH, Open MPI or a library with the ABI of MPI 5. Tried ${failures.join("; ") || "none, since heed knows no file names of this platform"}. Install one (pip install mpich; apt-get install openmpi-bin), or set HEED_MPI to the path of its library.`,
  );
}

type Declare = (prototype: string) => (...given: unknown[]) => number;

function libraryVersion(declare: Declare): string {
  const [text, length]: [Uint8Array, Out] = [new Uint8Array(8192), [0]];
  declare("int MPI_Get_library_version(void*, _Out_ int*)")(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0])).replaceAll("\0", "");
}

/** MPICH 5 has the function in both of its libraries; in the one with an ABI of its own, it answers −1. */
function hasStandardAbi(declare: Declare): boolean {
  try {
    const [major, minor]: [Out, Out] = [[-1], [-1]];
    return declare("int MPI_Abi_get_version(_Out_ int*, _Out_ int*)")(major, minor) === 0 && major[0] >= 1;
  } catch {
    return false;
  }
}

function handlesOf(version: string, standard: boolean, addressOf: (symbol: string) => bigint): MpiHandles {
  if (standard) return standardHandles;
  if (/^Open MPI/.test(version)) return openMpiHandles(addressOf);
  if (/MPICH|Intel|MVAPICH/.test(version)) return mpichHandles;
  throw new DistributedError(`it is "${version.split("\n")[0]}", whose handles heed does not know`);
}

/** `MPICH Version:\t4.0.2\n…` → `MPICH 4.0.2`; `Open MPI v4.1.4, package: …` → `Open MPI 4.1.4`. */
export function shortVersion(text: string): string {
  const first = text.split("\n")[0]!.split(",")[0]!.trim();
  return first.replace(/\s+Version:\s*/i, " ").replace(/ v(?=\d)/, " ");
}

async function loadKoffi(): Promise<typeof import("koffi")> {
  try {
    return await import("koffi");
  } catch (error) {
    throw new DistributedError(
      `MPI needs the package koffi, which did not load: ${firstLine(error)}. Run npm install koffi.`,
      { cause: error },
    );
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
