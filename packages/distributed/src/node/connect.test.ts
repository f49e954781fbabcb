import { expect, test, vi } from "vitest";
import { connect } from "./connect.js";
import { libraryPaths } from "./library-paths.js";
import { loadMpiLibrary, shortVersion } from "./mpi-library.js";

const load = vi.hoisted(() => vi.fn());
vi.mock("koffi", () => ({ load }));

test("without a launcher there is one process, and nothing is loaded", async () => {
  const collective = await connect({ env: {} });
  expect(collective.report()).toEqual({ library: null, launcher: null, rank: 0, size: 1 });
  expect(load).not.toHaveBeenCalled();
});

test("a library that is missing is reported with the files that were tried", async () => {
  load.mockImplementation((path: string) => {
    throw new Error(`cannot open ${path}`);
  });
  await expect(loadMpiLibrary(["/a/libmpi.so.40", "libmpi.so.12"])).rejects.toThrow(
    "No MPI library could be loaded: expected MPICH, Open MPI or a library with the ABI of MPI 5. Tried /a/libmpi.so.40: cannot open /a/libmpi.so.40; libmpi.so.12: cannot open libmpi.so.12. Install one (pip install mpich; apt-get install openmpi-bin), or set HEED_MPI to the path of its library.",
  );
});

test("a library of unknown handles is refused", async () => {
  const declare = (prototype: string) => {
    if (prototype.includes("MPI_Abi_get_version")) throw new Error("no symbol");
    return (text: Uint8Array, length: [number]) => {
      length[0] = new TextEncoder().encodeInto("Other MPI 1.0", text).written;
      return 0;
    };
  };
  load.mockReturnValue({ func: declare, symbol: () => 0 });
  await expect(loadMpiLibrary(["libother.so"])).rejects.toThrow(
    'Tried libother.so: it is "Other MPI 1.0", whose handles heed does not know.',
  );
});

test("the library of the launcher's kind comes first", () => {
  const env = { PATH: "/nowhere" };
  const openMpi = { name: "mpirun of Open MPI", rank: 0, size: 2 };
  expect(libraryPaths(openMpi, env, "linux")[0]).toMatch(/libmpi\.so\.40$/);
  expect(libraryPaths({ ...openMpi, name: "mpiexec with PMI" }, env, "linux")[0]).toMatch(/libmpi_abi\.so\.1$/);
  expect(libraryPaths(undefined, env, "darwin")).toContain("libmpi.40.dylib");
  expect(libraryPaths(undefined, env, "win32")).toEqual([]);
});

test.each([
  ["MPICH Version:\t4.0.2\nMPICH Release date: …", "MPICH 4.0.2"],
  ["MPICH Version:      5.0.2\n", "MPICH 5.0.2"],
  ["Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI 4.1.4"],
  ["Intel(R) MPI Library 2021.13 for Linux* OS\n", "Intel(R) MPI Library 2021.13 for Linux* OS"],
])("%j is %s", (text, version) => expect(shortVersion(text)).toBe(version));
