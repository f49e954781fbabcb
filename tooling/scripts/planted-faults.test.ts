import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { taskFaults } from "../../packages/datasets/testing/task-faults.js";
import { metricFaults } from "../../packages/metrics/testing/metric-faults.js";
import { moduleFaults } from "../../packages/nn/testing/module-faults.js";
import { optimizerFaults } from "../../packages/nn/testing/optimizer-faults.js";
import { scheduleFaults } from "../../packages/nn/testing/schedule-faults.js";
import { tokenizerFaults } from "../../packages/tokenizers/testing/tokenizer-faults.js";
import { recipeFaults } from "../../packages/train/testing/recipe-faults.js";

interface Row {
  readonly name: string;
  readonly caughtBy: string | null;
}

/** The tables of planted faults; the tests beside each kit assert that the named check catches each of them. */
const tables: Readonly<Record<string, readonly Row[]>> = {
  ...{ modules: moduleFaults, optimizers: optimizerFaults, schedules: scheduleFaults, tokenizers: tokenizerFaults },
  ...{ tasks: taskFaults, metrics: metricFaults, recipes: recipeFaults },
};

/** Counts the rows of tables that stand in tests: those of scorers, normalizers, masks and backends. */
function rowsInTests(name: string): number {
  const root = fileURLToPath(new URL(`../../packages/${name}/src/testing/`, import.meta.url));
  const texts = globSync("broken-*.test.ts", { cwd: root }).map((path) => readFileSync(`${root}${path}`, "utf8"));
  return texts.join("\n").match(/\bcaughtBy: (?!null|string)/g)?.length ?? 0;
}

test.each(Object.entries(tables))(
  "at least 12 faults are planted in %s, and something without a fault passes",
  (_, rows) => {
    expect(rows.filter(({ caughtBy }) => caughtBy !== null).length).toBeGreaterThanOrEqual(12);
    expect(rows.some(({ caughtBy }) => caughtBy === null)).toBe(true);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  },
);

test("more than 300 faults are planted over all kits", () => {
  const planted = Object.values(tables)
    .flat()
    .filter(({ caughtBy }) => caughtBy !== null).length;
  const inTests = [rowsInTests("attention"), rowsInTests("tensor")];
  expect(Math.min(...inTests)).toBeGreaterThanOrEqual(40);
  expect(planted + inTests.reduce((a, b) => a + b)).toBeGreaterThan(300);
});
