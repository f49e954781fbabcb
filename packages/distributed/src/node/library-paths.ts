import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Launcher } from "../find-launcher.js";

/** File names of MPI libraries: the standard ABI, MPICH's, Open MPI's. */
const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  darwin: [["libmpi_abi.1.dylib", "libmpi_abi.dylib"], ["libmpi.12.dylib"], ["libmpi.40.dylib", "libmpi.80.dylib"]],
  linux: [
    ["libmpi_abi.so.1", "libmpi_abi.so"],
    ["libmpi.so.12", "libmpich.so.12"],
    ["libmpi.so.40", "libmpi.so.80"],
  ],
};

/**
 * Lists the files where the MPI library of the launcher may be, the likeliest first: beside the launcher, beside the
 * `mpiexec` in `PATH`, and where the system keeps libraries.
 */
export function libraryPaths(
  launcher: Launcher | undefined,
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): string[] {
  const [standard = [], mpich = [], openMpi = []] = names[platform] ?? [];
  const byOpenMpi = launcher?.name.includes("Open MPI") ?? false;
  const files = byOpenMpi ? [openMpi, standard, mpich] : [standard, mpich, openMpi];
  const folders = [parentFolder(), folderOfMpiexec(env)].flatMap((folder) =>
    folder === undefined ? [] : [join(folder, "../lib"), join(folder, "../lib64")],
  );
  return files.flat().flatMap((name) => {
    const near = folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
    return [...new Set([...near, name])];
  });
}

/** The folder of the program that started this process, where the system tells. */
function parentFolder(): string | undefined {
  try {
    return dirname(readlinkSync(`/proc/${process.ppid}/exe`));
  } catch {
    return undefined;
  }
}

function folderOfMpiexec(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const found = (env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "mpiexec"))
    .find((path) => existsSync(path));
  return found === undefined ? undefined : dirname(realpathSync(found));
}
