import type { Description } from "../contestants/contestant.js";
import type { Summary } from "../statistics.js";
import type { SuiteName, Unit } from "../suites/case.js";

/** The machine, and how busy it was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Processes that wanted to run, averaged over the minute before the benchmark, and before its end. */
  readonly load: readonly [before: number, after: number];
}

export interface ContestantResult {
  readonly id: string;
  readonly label: string;
  /** Of the library, what a person reads as its version. */
  readonly description?: Description;
  /** Why it did not take part. */
  readonly absent?: string;
}

/** What a contestant did in a case: it was measured, has no such operation, was too slow, or came out wrong. */
export type Outcome =
  | { readonly summary: Summary; readonly share?: number; readonly steps: number }
  | { readonly skipped: string }
  | { readonly failed: string };

export interface CaseResult {
  readonly suite: SuiteName;
  readonly name: string;
  readonly unit: Unit;
  /** By contestant. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** A whole run: what `--json`, `--save` and `--compare` read and write. */
export interface BenchResult {
  readonly format: 1;
  readonly date: string;
  readonly commit: string | null;
  readonly node: string;
  readonly machine: Machine;
  readonly settings: { readonly rounds: number; readonly blockMs: number; readonly quick: boolean };
  readonly contestants: readonly ContestantResult[];
  readonly cases: readonly CaseResult[];
}
