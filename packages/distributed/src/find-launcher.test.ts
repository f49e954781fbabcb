import { expect, test } from "vitest";
import { twin } from "../testing/twin.js";
import { findLauncher } from "./find-launcher.js";
import { threadsPerProcess } from "./threads-per-process.js";

test.each([
  [
    { PMI_RANK: "1", PMI_SIZE: "4" },
    { name: "mpiexec with PMI", rank: 1, size: 4 },
  ],
  [
    { OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2" },
    { name: "mpirun of Open MPI", rank: 0, size: 2 },
  ],
  [
    { SLURM_PROCID: "3", SLURM_STEP_NUM_TASKS: "4" },
    { name: "srun of Slurm", rank: 3, size: 4 },
  ],
  [{}, undefined],
  // A batch script of Slurm, outside of srun.
  [{ SLURM_PROCID: "0", SLURM_NTASKS: "4" }, undefined],
  [{ PMI_RANK: "4", PMI_SIZE: "4" }, undefined],
  [{ PMI_RANK: "one", PMI_SIZE: "4" }, undefined],
  [{ PMI_RANK: "", PMI_SIZE: "4" }, undefined],
])("%j is started by %j", (env, launcher) => expect(findLauncher(env)).toEqual(launcher));

test.each([
  [2, 2, 1],
  [8, 3, 2],
  [1, 4, 1],
  [6, 1, 6],
])("%i cores for %i processes are %i threads each", (cores, size, threads) => {
  expect(threadsPerProcess({ ...twin(), local: { rank: 0, size } }, cores)).toBe(threads);
});
