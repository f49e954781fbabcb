import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, test as testCase } from "vitest";
import { type Part, TortureError } from "./part.js";
import { resultTable, type TortureOptions, torture } from "./torture.js";

const test = testCase.extend<{ options: TortureOptions; printed: string[] }>({
  printed: async ({ task: _ }, use) => await use([]),
  options: async ({ printed }, use) => {
    const failures = mkdtempSync(join(tmpdir(), "heed-failures-"));
    onTestFinished(() => rmSync(failures, { recursive: true, force: true }));
    await use({ root: "/", seed: 7, seconds: 60, rounds: 3, failures, print: (line) => void printed.push(line) });
  },
});

const part = (name: string, round: (number: number, draw: number) => void): Part => ({
  name,
  summary: `the part ${name}`,
  start: async ({ count }) => ({
    round(random, number) {
      count("rounds", 1);
      round(number, random.uniform());
    },
  }),
});

test("a round draws the same numbers when it is repeated alone", async ({ options, expect }) => {
  const draws = new Map<number, number[]>();
  const watched = part("watched", (number, draw) => void draws.set(number, [...(draws.get(number) ?? []), draw]));
  await torture([watched], options);
  await torture([watched], { ...options, first: 2, rounds: 1 });
  expect([...draws.keys()]).toEqual([1, 2, 3]);
  expect(new Set(draws.get(2)).size).toBe(1);
  expect(draws.get(1)).not.toEqual(draws.get(2));
});

test("a failure is written with its files and the command that repeats it, and the rest runs", async ({
  options,
  printed,
  expect,
}) => {
  const broken = part("broken", (number) => {
    if (number === 2) throw new TortureError("expected a, got b", { "run/state.json": "{" });
  });
  const results = await torture([broken, part("whole", () => undefined)], options);
  expect(results.map(({ rounds, failures }) => [rounds, failures])).toEqual([
    [3, 1],
    [3, 0],
  ]);
  expect(readdirSync(options.failures)).toEqual(["broken-7-2"]);
  const folder = join(options.failures, "broken-7-2");
  const repeat = "npm run torture -- --only broken --seed 7 --first 2 --rounds 1";
  expect(readFileSync(join(folder, "failure.txt"), "utf8")).toContain("expected a, got b");
  expect(readFileSync(join(folder, "failure.txt"), "utf8")).toContain(repeat);
  expect(readFileSync(join(folder, "run/state.json"), "utf8")).toBe("{");
  expect(printed.join("\n")).toContain(repeat);
});

test("a part that always fails stops, and the end is checked in any case", async ({ options, expect }) => {
  let ended = false;
  const broken: Part = {
    name: "broken",
    summary: "",
    start: async () => ({
      round() {
        throw new Error("no");
      },
      end() {
        ended = true;
        throw new Error("memory grew");
      },
    }),
  };
  const [result] = await torture([broken], { ...options, rounds: 1000 });
  expect(result).toMatchObject({ rounds: 10, failures: 11 });
  expect(ended).toBe(true);
});

test("the table names what was counted, and what was not run", async ({ options, expect }) => {
  const lacking: Part = { name: "lacking", summary: "", start: async () => "Python is missing" };
  const results = await torture([part("counted", () => undefined), lacking], options);
  const lines = resultTable(results.map((result) => ({ ...result, seconds: 0 })));
  expect(lines).toEqual([
    "part     rounds  seconds  failures  counts",
    "counted       3        0         0  3 rounds",
    "lacking       0        0         0  not run: Python is missing",
  ]);
  expect(existsSync(join(options.failures, "lacking-7-1"))).toBe(false);
});
