import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { torture } from "../torture.js";
import { disk } from "./disk.js";

test("heed train names the file when the disk fails, and resumes", { timeout: 300_000 }, async () => {
  const printed: string[] = [];
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
  onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
  // Round 41 fails at an operation, round 42 has a limit of the file size.
  const options = { root, failures, seed: 3, first: 41, rounds: 2, print: (line: string) => void printed.push(line) };
  const [result] = await torture([disk], { ...options, seconds: 60 });
  expect(printed.slice(1)).toEqual([]);
  expect(result!.counts.get("messages")).toBeGreaterThan(0);
});
