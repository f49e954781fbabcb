import { checkRange } from "../optimizers/check-range.js";

/** Returns the learning rate of an optimizer step. Steps count from 1 over the whole run. */
export type Schedule = (step: number) => number;

/** Options of {@link schedule}. */
export interface ScheduleOptions {
  /** The highest learning rate, above 0. */
  readonly learningRate: number;
  /** Number of optimizer steps over which the rate rises from 0 to the highest; default 0. */
  readonly warmupSteps?: number;
  /** Number of optimizer steps of the whole training; `linear` uses it. */
  readonly totalSteps: number;
}

/** The names of the schedules. */
export const scheduleNames = ["constant", "linear", "inverse-sqrt"] as const;

export type ScheduleName = (typeof scheduleNames)[number];

/**
 * Creates a learning rate schedule. With w warm-up steps, step s ≤ w has learningRate · s / w. Later steps, with
 * p = max(w, 1):
 *
 * - `constant`: learningRate
 * - `linear`: learningRate · (total + 1 − s) / (total + 1 − p), which falls evenly and would reach 0 one step after the last
 * - `inverse-sqrt`: learningRate · √(p / s); Vaswani et al. 2017, section 5.3
 *
 * @throws HeedError when an option is out of its range
 * @example
 * const rate = schedule("linear", { learningRate: 1e-3, warmupSteps: 2, totalSteps: 5 });
 * [1, 2, 3, 4, 5].map(rate); // 0.0005, 0.001, 0.00075, 0.0005, 0.00025
 */
export function schedule(name: ScheduleName, { learningRate, warmupSteps = 0, totalSteps }: ScheduleOptions): Schedule {
  checkRange("schedule", "learningRate", learningRate, "above 0", learningRate > 0);
  checkRange("schedule", "warmupSteps", warmupSteps, "at least 0", warmupSteps >= 0);
  checkRange("schedule", "totalSteps", totalSteps, "at least 1", totalSteps >= 1);
  const peak = Math.max(warmupSteps, 1);
  const after: Record<ScheduleName, Schedule> = {
    constant: () => 1,
    linear: (step) => Math.max(0, totalSteps + 1 - step) / Math.max(1, totalSteps + 1 - peak),
    "inverse-sqrt": (step) => Math.sqrt(peak / step),
  };
  const factor = after[name];
  return (step) => learningRate * (step < warmupSteps ? step / warmupSteps : factor(step));
}
