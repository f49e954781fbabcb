import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { findInstallations } from "../../../packages/distributed/testing/launchers.js";
import { torture } from "../torture.js";
import { processes } from "./processes.js";

const installed = findInstallations().some(({ mpiexec, training }) => mpiexec && training.length > 0);

test.skipIf(!installed)(
  "processes that train together end when one is killed, and resume (needs mpiexec)",
  { timeout: 300_000 },
  async () => {
    const printed: string[] = [];
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
    onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
    const options = {
      ...{ root, failures, seed: 5, seconds: 60, rounds: 2 },
      print: (line: string) => void printed.push(line),
    };
    const [result] = await torture([processes], options);
    expect(printed.slice(1)).toEqual([]);
    expect(result!.counts.get("completed runs")).toBeGreaterThan(0);
  },
);
