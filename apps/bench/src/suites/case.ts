import type { LimitWork, Work } from "../work.js";

export type SuiteName = "matmul" | "elementwise" | "softmax" | "attention" | "gru" | "train" | "decode";

/** In what a case is measured. A time is better when it is smaller, everything else when it is larger. */
export type Unit = "GFLOP/s" | "GB/s" | "Gpairs/s" | "tokens/s" | "ms/sentence";

/** Elements that an output must have, and how far off they may be. */
export interface Expectation {
  readonly output: string;
  readonly indices: readonly number[];
  readonly values: readonly number[];
  /** As a share of the largest magnitude among the values. */
  readonly tolerance: number;
}

/** A work whose results are known. */
export interface Check {
  readonly work: Work;
  /** How often to run it before reading. */
  readonly runs: number;
  /** Computed once, when the case's turn comes. */
  readonly expect: () => Promise<readonly Expectation[]>;
}

/** One line of the benchmark: a work, checked and then timed. */
export interface Case {
  readonly suite: SuiteName;
  readonly name: string;
  readonly work: Work;
  readonly unit: Unit;
  /** Of one run, in operations, bytes, pairs or sentences; undefined where runs say so themselves. */
  readonly amount?: number;
  /** What the machine can do at most of this. */
  readonly limit?: LimitWork;
  readonly checks: readonly Check[];
  /** Whether losses must fall while it is timed. */
  readonly learns?: boolean;
  /** Too large for a processor: part of `--gpu` alone. */
  readonly forCards?: boolean;
  /** Part of `--quick`. */
  readonly quick?: boolean;
}

/** What is measured, from an amount and the ms that it took. */
export function measureOf(unit: Unit, amount: number, ms: number): number {
  if (unit === "ms/sentence") return ms / amount;
  return unit === "tokens/s" ? (amount / ms) * 1e3 : amount / ms / 1e6;
}

export function lessIsBetter(unit: Unit): boolean {
  return unit === "ms/sentence";
}
