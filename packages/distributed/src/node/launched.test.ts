import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.js";
import { findInstallations, type Installation, type Launched, launch } from "../../testing/launchers.js";
import { type Trained, trainOn } from "../../testing/train-on.js";
import { singleProcess } from "../single-process.js";

const installations = findInstallations();
/** In order of the tests. */
let launches = 0;
let folder: string;

beforeAll(async () => {
  if (installations.every(({ mpiexec }) => mpiexec === undefined)) return;
  folder = await bundleProgram("rank-process");
});

afterAll(() => folder && rmSync(folder, { recursive: true, force: true }));

interface Outcome<T> extends Launched {
  /** What each process wrote, in order of their ranks. */
  readonly results: readonly T[];
}

async function run<T = { error?: string }>(
  installation: Installation,
  count: number,
  task: string,
): Promise<Outcome<T>> {
  const out = join(folder, String(++launches));
  mkdirSync(out);
  const ended = await launch(installation, count, [join(folder, "rank-process.mjs"), task, out]);
  const results = readdirSync(out).map((name) => JSON.parse(readFileSync(join(out, name), "utf8")) as T);
  return { ...ended, results };
}

const length = (values: readonly number[]): number => Math.hypot(...values);

describe.each(installations)("$needs", (installation) => {
  const { needs, version, mpiexec, training } = installation;

  describe.skipIf(mpiexec === undefined)(`(needs ${needs})`, () => {
    test("every call on three processes", { timeout: 120_000 }, async () => {
      const { code, output, results } = await run<Record<string, unknown>>(installation, 3, "calls");
      expect([code, output]).toEqual([0, ""]);
      const sum = [
        [6, 6],
        [6, 3, 3],
        [3, 6],
      ];
      const max = [
        [3, 2],
        [3, 1, 1],
        [1, 3],
      ];
      const broadcast = [
        [1, 2],
        [1, 1, 1],
        [1, 1],
      ];
      const tensors = { sum, max, broadcast };
      for (const [rank, result] of results.entries()) {
        expect(result).toEqual({
          rank,
          size: 3,
          local: { rank, size: 3 },
          report: {
            library: expect.stringMatching(version),
            launcher: expect.stringMatching(needs.includes("Open") ? "mpirun of Open MPI" : "mpiexec with PMI"),
            rank,
            size: 3,
          },
          arrays: [[6, 1.5], [2], [6, -6]],
          largest: [[3, -1], [-1], [3]],
          bytes: [3, 7],
          tensors: { "wasm f32": tensors, "cpu f32": tensors, "cpu f64": tensors },
        });
      }
      expect(results).toHaveLength(3);
    });

    if (training.length === 0) return;

    test("processes train as one process does, and hold the same bits", { timeout: 240_000 }, async () => {
      const one = await trainOn(singleProcess());
      for (const count of training) {
        const { code, output, results } = await run<Trained>(installation, count, "train");
        expect([code, output]).toEqual([0, ""]);
        expect(results).toHaveLength(count);
        for (const result of results) expect(result).toEqual(results[0]);
        const { parameters, losses, tokens } = results[0]!;
        const distance = length(parameters.map((value, i) => value - one.parameters[i]!)) / length(one.parameters);
        expect(distance, `${count} processes`).toBeLessThan(1e-5);
        expect(tokens).toBe(one.tokens);
        for (const [step, loss] of losses.entries()) expect(loss).toBeCloseTo(one.losses[step]!, 5);
      }
      expect(one.losses.at(-1)).toBeLessThan(0.9 * one.losses[0]!);
    });

    test("when one process fails, all end with its message", { timeout: 120_000 }, async () => {
      const thrown = await run(installation, 3, "throw");
      expect(thrown.code).toBe(1);
      expect(thrown.output).toContain("Error: a fault of the last process");
      expect(thrown.results).toEqual([]);
      const absent = await run(installation, 3, "absent");
      expect(absent.code).toBe(1);
      expect(absent.output).toContain("Tried /no/library: ");
      expect((await run(installation, 3, "abort")).code).toBe(7);
      expect((await run(installation, 3, "kill")).code).not.toBe(0);
    });

    test("an error has the library's own words", { timeout: 120_000 }, async () => {
      const { code, output } = await run(installation, 3, "lengths");
      expect(code).toBe(1);
      expect(output).toMatch(
        /DistributedError: MPI_Bcast failed: .*(MPI_Bcast\(|truncated).*process \d of 3, (MPICH|Open MPI)/,
      );
      const wrong = await run(installation, 2, "wrong");
      expect(wrong.code).toBe(0);
      expect(wrong.results.map(({ error }) => error)).toEqual(
        Array(2).fill("broadcast: root must be a process from 0 to 1, got 2. Name the process that has the values."),
      );
      const closed = await run(installation, 2, "close");
      expect(closed.results.map(({ error }) => error)).toEqual(
        Array(2).fill("The connection to the other processes was closed: make all calls before close()."),
      );
    });
  });
});

const mpich = installations[0]!;
const openMpi = installations.at(-1)!;
describe.skipIf(!mpich.mpiexec || !openMpi.mpiexec)("(needs mpiexec of MPICH 5 and of Open MPI)", () => {
  test.each([
    [
      "libmpi.so.40",
      mpich,
      /Expected 2 processes, as mpiexec with PMI started, but Open MPI \S+ \(libmpi\.so\.40\) sees 1\./,
    ],
    [
      join(mpich.mpiexec ?? "/", "../../lib/libmpi_abi.so.1"),
      openMpi,
      /Expected 2 processes, as mpirun of Open MPI started, but MPICH 5\S+ \(.*\) is another implementation\./,
    ],
  ])("%s does not belong to the launcher", { timeout: 120_000 }, async (library, launcher, message) => {
    const { results } = await run({ ...launcher, env: { ...launcher.env, HEED_MPI: library } }, 2, "connect");
    expect(results).toHaveLength(2);
    for (const { error } of results) {
      expect(error).toMatch(message);
      expect(error).toMatch(/set HEED_MPI to the library of the launcher\.$/);
    }
  });
});
