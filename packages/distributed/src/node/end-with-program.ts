import { writeSync } from "node:fs";
import { inspect } from "node:util";

/** How the connection ends when the program does. */
export interface Ending {
  /** Whether the other processes wait for this one, which will not come. */
  mustAbort(exitCode: number): boolean;
  /** Ends all processes. */
  abort(exitCode: number): void;
  /** Ends the connection in good order. */
  close(): void;
}

/** Ends the connection with the program, and all processes with a program that failed. */
export function endWithProgram(ending: () => Ending): void {
  let uncaught: unknown;
  process.on("uncaughtExceptionMonitor", (error) => {
    uncaught = error;
  });
  process.on("exit", (code) => {
    const { mustAbort, abort, close } = ending();
    if (!mustAbort(code)) return close();
    // Node would print it after this event, when the launcher may have ended the process.
    if (uncaught !== undefined) writeSync(2, `${inspect(uncaught)}\n`);
    abort(code || 1);
    process.exit(code || 1);
  });
}

/**
 * The ending before MPI has started. `mpiexec` of MPICH does not end the processes that wait in `MPI_Init` for one that ended
 * without it, unless that one asks for it, by a line of the protocol PMI 1.
 */
export function endingBeforeStart(size: number, env: Readonly<Record<string, string | undefined>>): Ending {
  // Slurm speaks PMI 2.
  const descriptor = env.SLURM_STEP_ID === undefined ? env.PMI_FD : undefined;
  return {
    mustAbort: (code) => code !== 0 && size > 1 && descriptor !== undefined,
    abort(code) {
      try {
        writeSync(Number(descriptor), `cmd=abort exitcode=${code}\n`);
      } catch {
        // The launcher has ended.
      }
    },
    close() {},
  };
}
