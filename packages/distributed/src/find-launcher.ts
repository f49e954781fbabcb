/** A program that started several processes of this program. */
export interface Launcher {
  /** In words, such as `mpirun of Open MPI`. */
  readonly name: string;
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
}

/** Environment variables by which launchers number their processes. */
const kinds = [
  { name: "mpirun of Open MPI", rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE" },
  { name: "mpiexec with PMI", rank: "PMI_RANK", size: "PMI_SIZE" },
  // Within `srun` only: a batch script itself has a rank, but it is one process.
  { name: "srun of Slurm", rank: "SLURM_PROCID", size: "SLURM_STEP_NUM_TASKS" },
];

/**
 * Finds the launcher that started this process, by its environment variables: `OMPI_COMM_WORLD_RANK`, `PMI_RANK`, or
 * `SLURM_PROCID` within `srun`.
 *
 * @returns undefined when no launcher started it
 * @example
 * const launcher = findLauncher(process.env);
 * if (launcher) console.log(`process ${launcher.rank} of ${launcher.size}, started by ${launcher.name}`);
 */
export function findLauncher(env: Readonly<Record<string, string | undefined>>): Launcher | undefined {
  for (const { name, rank, size } of kinds) {
    const [own, count] = [numberIn(env, rank), numberIn(env, size)];
    if (own !== undefined && count !== undefined && own < count) return { name, rank: own, size: count };
  }
  return undefined;
}

function numberIn(env: Readonly<Record<string, string | undefined>>, name: string): number | undefined {
  const text = env[name];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
