import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** One MPI installation. */
export interface Installation {
  /** What a test needs to run, for its title. */
  readonly needs: string;
  /** What `report()` says of the library. */
  readonly version: RegExp;
  readonly mpiexec: string | undefined;
  /** With how many processes training and failures are tested; none where another installation does the same. */
  readonly training: readonly number[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Root may start processes, more than there are cores, on this machine only. */
const openMpiEnv = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_plm_rsh_agent: "sh",
};

/** The MPI installations that heed is tested with; `mpiexec` is undefined for those that are missing. */
export function findInstallations(): Installation[] {
  const mpich = process.env.MPICH_PATH ?? findProgram(["mpiexec.hydra", "mpiexec"], /HYDRA/, /Version:\s+5/);
  const own = mpich && join(dirname(mpich), "../lib/libmpi.so.12");
  const debian = findProgram(["mpiexec.mpich", "mpiexec"], /HYDRA/, /Version:\s+4/);
  return [
    {
      needs: "mpiexec of MPICH 5",
      version: /^MPICH 5.*libmpi_abi/,
      mpiexec: mpich,
      training: [1, 2, 3, 4],
      args: [],
      env: {},
    },
    {
      needs: "libmpi.so.12 of MPICH 5",
      version: /^MPICH 5.*libmpi\.so\.12/,
      mpiexec: own && existsSync(own) ? mpich : undefined,
      training: [],
      args: [],
      env: { HEED_MPI: own ?? "" },
    },
    { needs: "mpiexec of MPICH 4", version: /^MPICH 4/, mpiexec: debian, training: [], args: [], env: {} },
    {
      needs: "mpiexec of Open MPI",
      version: /^Open MPI [45]/,
      mpiexec: findProgram(["mpiexec.openmpi", "mpiexec"], /Open MPI|OpenRTE/),
      training: [2],
      args: ["--oversubscribe"],
      env: openMpiEnv,
    },
  ];
}

/** The first program in `PATH` whose version has all of the given words. */
function findProgram(names: readonly string[], ...words: readonly RegExp[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name))).filter((path) => existsSync(path));
  return paths.find((path) => {
    try {
      const version = execFileSync(path, ["--version"], { encoding: "utf8", env: { ...process.env, ...openMpiEnv } });
      return words.every((word) => word.test(version));
    } catch {
      return false;
    }
  });
}

/** How a launch ended. */
export interface Launched {
  /** `null` when it was killed, since it did not end within a minute. */
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Starts a program of Node `count` times. */
export function launch(
  { mpiexec, args, env }: Installation,
  count: number,
  program: readonly string[],
): Promise<Launched> {
  return new Promise((resolve, reject) => {
    const child = spawn(mpiexec!, [...args, "-n", String(count), process.execPath, ...program], {
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
