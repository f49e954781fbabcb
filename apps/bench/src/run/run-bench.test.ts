import { cpu } from "@heed/tensor";
import { describe, expect, it } from "vitest";
import { answerWith } from "../contestants/answer.js";
import { type Adapter, Unsupported } from "../contestants/contestant.js";
import { heedAdapter } from "../heed/adapter.js";
import { reportPage } from "../report/report-page.js";
import { suiteTables, troubles } from "../report/terminal-report.js";
import { selectCases } from "../suites/suites.js";
import type { ContestantPlan } from "./contestant-link.js";
import { runBench } from "./run-bench.js";

const settings = { rounds: 3, blockMs: 2, warmMs: 2, budgetMs: 1000, pauseMs: 0, quick: true };

// In one process there is one backend in use: contestants share it.
const backend = cpu();

/** A contestant in this process. */
function here(id: string, adapter: Adapter): ContestantPlan {
  const answer = answerWith(adapter);
  const link = { description: adapter.describe(), alive: () => true, ask: answer, close: () => {} };
  return { id, label: id, threads: 1, start: async () => link };
}

/** heed, with its results changed on their way out. */
function spoilt(change: (value: number) => number): Adapter {
  const adapter = heedAdapter(backend);
  return {
    describe: adapter.describe,
    prepare: async (work) => {
      const prepared = await adapter.prepare(work);
      return {
        ...prepared,
        read: async () =>
          Object.fromEntries(Object.entries(await prepared.read()).map(([k, v]) => [k, Array.from(v, change)])),
      };
    },
  };
}

const none: Adapter = {
  describe: () => ({ versions: {}, details: {} }),
  prepare: async () => {
    throw new Unsupported("no products");
  },
};

const limit: Adapter = {
  describe: none.describe,
  prepare: async () => ({
    run: () => {
      let sum = 0;
      for (let i = 0; i < 1e5; i++) sum += i;
      return sum > 0 ? 1e9 : 0;
    },
    read: async () => ({}),
    dispose: () => {},
  }),
};

describe("a quick run of the products", async () => {
  const result = await runBench({
    cases: selectCases(["matmul"], { quick: true, gpu: false }),
    contestants: [
      here("heed-cpu", heedAdapter(backend)),
      here(
        "liar",
        spoilt((value) => value * 1.01),
      ),
      here("idler", none),
      { id: "stranger", label: "stranger", threads: 1, start: async () => ({ absent: "not installed" }) },
    ],
    limits: [here("limit-1", limit)],
    node: process.execPath,
    settings,
  });

  it("measures who is right, in as many turns as asked for", () => {
    expect(result.cases.map(({ name }) => name)).toEqual(["32×32", "128×128"]);
    for (const { outcomes } of result.cases) {
      expect(outcomes["heed-cpu"]).toMatchObject({
        summary: { samples: expect.any(Array) },
        share: expect.any(Number),
      });
      const own = outcomes["heed-cpu"];
      if (!own || !("summary" in own)) throw new Error("heed was not measured");
      expect(own.summary.samples).toHaveLength(3);
      expect(own.summary.median).toBeGreaterThan(0.001);
    }
  });

  it("finds who is wrong, and does not time them", () => {
    expect(result.cases[0]?.outcomes.liar).toEqual({ failed: expect.stringContaining("wrong result: out[") });
    expect(troubles(result)).toHaveLength(2);
  });

  it("names who cannot, or is not there", () => {
    expect(result.cases[0]?.outcomes.idler).toEqual({ skipped: "no products" });
    expect(result.contestants.find(({ id }) => id === "stranger")?.absent).toBe("not installed");
  });

  it("comes out as tables and as a page", async () => {
    expect(suiteTables(result, 120)).toMatch(/^matmul, GFLOP\/s +heed-cpu +liar +limit-1\n32×32 +[\d.]+ ±\d+% +failed/);
    const page = await reportPage(result);
    expect(page).toContain("<figcaption>128×128</figcaption>");
    expect(page).toMatch(/<desc>[^<]*heed-cpu [\d.]+/);
    expect(page).not.toMatch(/<script|src=|NaN|undefined/);
  });
});

it("a whole training and decoding run of the reference comes out right", async () => {
  const result = await runBench({
    cases: selectCases(["train", "decode"], { quick: true, gpu: false }),
    contestants: [
      here("heed-cpu", heedAdapter(backend)),
      here(
        "liar",
        spoilt((value) => value + 0.01),
      ),
    ],
    limits: [],
    node: process.execPath,
    settings: { ...settings, rounds: 2 },
  });
  expect(result.cases).toHaveLength(2);
  for (const { outcomes } of result.cases) {
    expect(outcomes["heed-cpu"]).toMatchObject({ summary: { median: expect.any(Number) } });
    expect(outcomes.liar).toEqual({ failed: expect.stringContaining("wrong result") });
  }
});
