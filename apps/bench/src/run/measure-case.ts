import { setTimeout } from "node:timers/promises";
import { median } from "d3-array";
import type { Reply, Request } from "../contestants/contestant.js";
import { summarize } from "../statistics.js";
import { type Case, type Check, measureOf } from "../suites/case.js";
import type { Work } from "../work.js";
import { findFault } from "./check.js";
import type { ContestantLink } from "./contestant-link.js";
import type { CaseResult, Outcome } from "./result.js";

export interface MeasureOptions {
  readonly rounds: number;
  /** How long a contestant runs in a round, in ms; at least once. */
  readonly blockMs: number;
  /** How long it runs before the first, in ms; five times as long where a whole program is to be compiled. */
  readonly warmMs: number;
  /** Over which a contestant's rounds are cut, but not to fewer than two, in ms. */
  readonly budgetMs: number;
  /** Between two turns, in ms: threads of a library may spin for a while after its work. */
  readonly pauseMs: number;
}

/** A contestant in its place. */
export interface Entrant {
  readonly id: string;
  readonly threads: number;
  readonly link: ContestantLink;
  /** Whether it is the machine itself, which does the case's limit instead of its work. */
  readonly isLimit: boolean;
}

interface Runner extends Entrant {
  /** Runs a round. */
  times: number;
  readonly rounds: number;
  readonly samples: number[];
}

/** What ends a contestant's part in a case, but not in the others. */
class OutOfCase extends Error {
  constructor(readonly outcome: Outcome) {
    super();
  }
}

/**
 * Has all contestants do one case: each is checked and warmed up, and then they take turns, A B C A B C …, so that what
 * disturbs the machine disturbs them all.
 */
export async function measureCase(
  each: Case,
  entrants: readonly Entrant[],
  options: MeasureOptions,
): Promise<CaseResult> {
  const outcomes: Record<string, Outcome> = {};
  const runners: Runner[] = [];
  const attempt = async (entrant: Entrant, part: () => Promise<void>): Promise<void> => {
    try {
      await part();
    } catch (error) {
      outcomes[entrant.id] =
        error instanceof OutOfCase ? error.outcome : { failed: error instanceof Error ? error.message : String(error) };
    }
  };

  const present = entrants.filter(({ isLimit }) => !isLimit || each.limit);
  for (const entrant of present) {
    await attempt(entrant, async () => {
      if (!entrant.isLimit) for (const check of each.checks) await verify(entrant, check);
      await prepare(entrant, entrant.isLimit ? each.limit! : each.work);
      runners.push(await warmUp(each, entrant, options));
    });
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const runner of runners.filter(({ rounds, id }) => round < rounds && !outcomes[id])) {
      await attempt(runner, async () => {
        await setTimeout(options.pauseMs);
        runner.samples.push((await run(each, runner, runner.times)).value);
      });
    }
  }
  const learnt = each.learns ? await checkLearning(runners.filter(({ id }) => !outcomes[id])) : new Map();
  for (const runner of runners) {
    const fault = learnt.get(runner.id);
    if (fault) outcomes[runner.id] = { failed: fault };
    outcomes[runner.id] ??= { summary: summarize(runner.samples), steps: runner.times };
    await runner.link.ask({ do: "finish" }, 60).catch(() => {});
  }
  return { suite: each.suite, name: each.name, unit: each.unit, outcomes: withShares(present, outcomes) };
}

async function ask<K extends string>(
  { link }: Entrant,
  request: Request,
  key: K,
  seconds: number,
): Promise<Extract<Reply, Record<K, unknown>>> {
  const reply = await link.ask(request, seconds);
  if ("unsupported" in reply) throw new OutOfCase({ skipped: reply.unsupported });
  if ("error" in reply) throw new OutOfCase({ failed: reply.error });
  if (!(key in reply)) throw new Error(`it answered ${JSON.stringify(reply)} to "${request.do}"`);
  return reply as Extract<Reply, Record<K, unknown>>;
}

async function prepare(entrant: Entrant, work: Work): Promise<void> {
  await ask(entrant, { do: "prepare", work }, "done", 120);
}

/** Lets a contestant do a work whose results are known, and compares. */
async function verify(entrant: Entrant, { work, runs, expect }: Check): Promise<void> {
  const expectations = await expect();
  await prepare(entrant, work);
  await ask(entrant, { do: "run", times: runs }, "ms", 120);
  const probes = Object.fromEntries(expectations.map(({ output, indices }) => [output, indices]));
  const { values } = await ask(entrant, { do: "read", probes }, "values", 60);
  for (const expectation of expectations) {
    const fault = findFault(expectation, values[expectation.output]!);
    if (fault) throw new OutOfCase({ failed: `wrong result: ${fault}` });
  }
}

async function run(each: Case, entrant: Entrant, times: number): Promise<{ ms: number; value: number }> {
  const { ms, amount } = await ask(entrant, { do: "run", times }, "ms", 600);
  const done = entrant.isLimit || each.amount === undefined ? amount : each.amount * times;
  return { ms, value: measureOf(each.unit, done, ms) };
}

/** So many steps see batches of every shape. */
const coldRuns = 16;

/** Runs until compilers have settled, and finds how many runs fill a block, and how many blocks the budget allows. */
async function warmUp(each: Case, entrant: Entrant, options: MeasureOptions): Promise<Runner> {
  const { rounds, blockMs, budgetMs } = options;
  const warmMs = options.warmMs * (each.suite === "train" || each.suite === "decode" ? 5 : 1);
  let times = 1;
  let runs = 1;
  let { ms } = await run(each, entrant, 1);
  // Batches have several shapes, and some compile for each.
  const isCold = (spent: number): boolean => each.learns === true && runs < coldRuns && spent < budgetMs;
  for (let spent = ms; spent < warmMs || ms < blockMs / 4 || isCold(spent); spent += ms) {
    if (ms < blockMs / 2) times *= 2;
    ({ ms } = await run(each, entrant, times));
    runs += times;
  }
  const once = ms / times;
  times = Math.max(1, Math.round(blockMs / once));
  const affordable = Math.max(2, Math.floor(budgetMs / (once * times)));
  return { ...entrant, times, rounds: Math.min(rounds, affordable), samples: [] };
}

/** All start from the same parameters: the first loss is the same for all, and then losses fall. */
async function checkLearning(runners: readonly Runner[]): Promise<Map<string, string>> {
  const losses = new Map<string, readonly number[]>();
  const faults = new Map<string, string>();
  for (const runner of runners) {
    try {
      const probes = { losses: [0, 1, 2, 3] };
      const { values, sizes } = await ask(runner, { do: "read", probes }, "values", 60);
      const count = sizes.losses!;
      const { values: last } = await ask(runner, { do: "read", probes: { losses: [count - 1] } }, "values", 60);
      losses.set(runner.id, [values.losses![0]!, last.losses![0]!]);
    } catch (error) {
      faults.set(runner.id, error instanceof Error ? error.message : String(error));
    }
  }
  if (losses.size === 0) return faults;
  const common = median([...losses.values()].map(([first]) => first!))!;
  for (const [id, [first, last]] of losses) {
    if (!(Math.abs(first! - common) < 1e-3 * common)) {
      faults.set(id, `wrong result: its first loss is ${first}, that of the others ${common}`);
    } else if (!(last! < first!)) faults.set(id, `wrong result: the loss went from ${first} to ${last}`);
  }
  return faults;
}

/** Adds to each outcome what share it is of what the machine can do with as many threads, or with one where that is more. */
function withShares(entrants: readonly Entrant[], outcomes: Record<string, Outcome>): Record<string, Outcome> {
  const limits = entrants.flatMap(({ id, threads, isLimit }) => {
    const outcome = outcomes[id];
    return isLimit && outcome && "summary" in outcome ? [{ threads, most: outcome.summary.median }] : [];
  });
  return Object.fromEntries(
    entrants.flatMap(({ id, threads, isLimit }) => {
      const outcome = outcomes[id];
      if (!outcome) return [];
      const within = limits.filter((limit) => limit.threads <= threads).map(({ most }) => most);
      if (isLimit || within.length === 0 || !("summary" in outcome)) return [[id, outcome]];
      return [[id, { ...outcome, share: outcome.summary.median / Math.max(...within) }]];
    }),
  );
}
