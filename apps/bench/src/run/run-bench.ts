import type { Case } from "../suites/case.js";
import type { ContestantLink, ContestantPlan } from "./contestant-link.js";
import { currentCommit, currentLoad, describeMachine, nodeVersion } from "./machine.js";
import { type Entrant, type MeasureOptions, measureCase } from "./measure-case.js";
import type { BenchResult, CaseResult, ContestantResult } from "./result.js";

export interface RunOptions {
  readonly cases: readonly Case[];
  readonly contestants: readonly ContestantPlan[];
  /** The machine's limits. */
  readonly limits: readonly ContestantPlan[];
  readonly settings: MeasureOptions & { readonly quick: boolean };
  /** The Node that the contestants run on. */
  readonly node: string;
  /** Hears what is being measured. */
  readonly onCase?: (each: Case, index: number) => void;
  readonly onResult?: (result: CaseResult) => void;
}

/** Measures all cases. Contestants that are not there are named with the reason; the others go on without them. */
export async function runBench(options: RunOptions): Promise<BenchResult> {
  const { cases, settings } = options;
  const loadBefore = currentLoad();
  const team = new Team([
    ...options.contestants.map((plan) => ({ plan, isLimit: false })),
    ...options.limits.map((plan) => ({ plan, isLimit: true })),
  ]);
  const results: CaseResult[] = [];
  try {
    for (const [index, each] of cases.entries()) {
      // A suite has processes of its own: memory and compiled code of one do not weigh on the next.
      if (index > 0 && cases[index - 1]!.suite !== each.suite) team.close();
      options.onCase?.(each, index);
      const result = await measureCase(each, await team.gather(), settings);
      results.push(result);
      options.onResult?.(result);
    }
  } finally {
    team.close();
  }
  const { rounds, blockMs, quick } = settings;
  return {
    format: 1,
    date: new Date().toISOString(),
    commit: currentCommit(),
    node: nodeVersion(options.node),
    machine: describeMachine(loadBefore),
    settings: { rounds, blockMs, quick },
    contestants: team.results(),
    cases: results,
  };
}

/** Those who take part; who is absent once is not asked again, and who died is started anew. */
class Team {
  readonly #links = new Map<string, ContestantLink>();
  readonly #known = new Map<string, ContestantResult>();

  constructor(readonly members: readonly { readonly plan: ContestantPlan; readonly isLimit: boolean }[]) {}

  async gather(): Promise<Entrant[]> {
    const entrants: Entrant[] = [];
    for (const { plan, isLimit } of this.members) {
      const { id, label, threads } = plan;
      if (this.#known.get(id)?.absent !== undefined) continue;
      let link = this.#links.get(id);
      if (!link?.alive()) {
        const started = await plan.start();
        if ("absent" in started) {
          this.#known.set(id, { id, label, absent: started.absent });
          continue;
        }
        link = started;
        this.#links.set(id, link);
        this.#known.set(id, { id, label, description: link.description });
      }
      entrants.push({ id, threads, link, isLimit });
    }
    return entrants;
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  results(): ContestantResult[] {
    return this.members.flatMap(({ plan }) => this.#known.get(plan.id) ?? []);
  }
}
