import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { torture } from "../torture.js";
import { kills } from "./kills.js";

test("heed train survives kills at operations and random moments", { timeout: 300_000 }, async () => {
  const printed: string[] = [];
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
  onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
  const options = {
    root,
    failures,
    seed: 12,
    seconds: 20,
    rounds: 3,
    print: (line: string) => void printed.push(line),
  };
  const [result] = await torture([kills], options);
  expect(printed.slice(1)).toEqual([]);
  expect(result!.counts.get("kills at an operation")).toBeGreaterThan(0);
});
