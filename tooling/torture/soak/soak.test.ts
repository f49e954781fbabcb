import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { torture } from "../torture.js";
import { flatness } from "./flatness.js";
import { soak } from "./soak.js";

test("training, inference and errors leave no buffer and no file handle", async () => {
  const printed: string[] = [];
  const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
  onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
  const options = {
    root: "",
    failures,
    seed: 1,
    seconds: 60,
    rounds: 6,
    print: (line: string) => void printed.push(line),
  };
  const [result] = await torture([soak], options);
  expect(printed.slice(1)).toEqual([]);
  expect(result!.counts.get("errors")).toBe(24);
});

test("growth is seen, and warming up and peaks are not growth", () => {
  const flat = Array.from({ length: 80 }, (_, i) => (i < 10 ? 100 * i : 1000 + (i % 7) + (i === 70 ? 5000 : 0)));
  expect(() => flatness("memory", flat, 10)).not.toThrow();
  expect(() =>
    flatness(
      "memory",
      flat.map((value, i) => value + i),
      10,
    ),
  ).toThrow("memory grows");
});
