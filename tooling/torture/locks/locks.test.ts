import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { torture } from "../torture.js";
import { locks } from "./locks.js";

test("the lock of a folder has one holder at a time, also when processes die", { timeout: 300_000 }, async () => {
  const printed: string[] = [];
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
  onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
  const options = { root, failures, seed: 4, rounds: 15, print: (line: string) => void printed.push(line) };
  const [result] = await torture([locks], { ...options, seconds: 60 });
  expect(printed.slice(1)).toEqual([]);
  expect(result!.counts.get("holds")).toBeGreaterThan(30);
});
