import { defineSchedule, type Measured, type ScheduleState, warmUp } from "../define-schedule.js";

/** Options of the schedule `plateau`. */
export interface PlateauOptions {
  /** Factor of the learning rate, in (0, 1). */
  readonly factor: number;
  /** Number of epochs without a better value that are tolerated. */
  readonly patience: number;
  /** Share of the best value by which another one must be better. */
  readonly threshold: number;
  /** Number of epochs after a reduction in which epochs without a better value do not count. */
  readonly cooldown: number;
  /** Smallest learning rate. */
  readonly lowest: number;
}

/** `best` is the best value, `bad` counts epochs without a better one, `wait` those of the cooldown that are left. */
interface PlateauState extends ScheduleState {
  readonly best: number;
  readonly bad: number;
  readonly wait: number;
  /** What the learning rate is multiplied by. */
  readonly scale: number;
}

/**
 * The definition of the schedule `plateau`: after more than `patience` epochs without a better value of
 * `training.bestMetric`, the learning rate is multiplied by `factor`.
 *
 * PyTorch: `ReduceLROnPlateau` with `threshold_mode="rel"` and `eps=0`; there, `factor` is 0.1 and `patience` 10 by default.
 *
 * @example
 * const rate = plateauSchedule.create({ learningRate: 1, totalSteps: 100 }, { patience: 0 });
 * let state = rate.observe!({ value: 2, higherIsBetter: false }, null);
 * state = rate.observe!({ value: 3, higherIsBetter: false }, state);
 * rate(21, state); // 0.5
 */
export const plateauSchedule = defineSchedule<PlateauOptions>({
  name: "plateau",
  summary: "falls when the best metric of validation does not improve, after the warm-up",
  options: {
    factor: { type: "number", above: 0, below: 1, default: 0.5, meaning: "Factor of the learning rate." },
    patience: {
      type: "integer",
      minimum: 0,
      default: 2,
      meaning: "Number of epochs without a better `bestMetric` that are tolerated.",
    },
    threshold: {
      type: "number",
      minimum: 0,
      below: 1,
      default: 1e-4,
      meaning: "Share of the best value by which another one must be better.",
    },
    cooldown: {
      type: "integer",
      minimum: 0,
      default: 0,
      meaning: "Number of epochs after a reduction in which epochs without a better value do not count.",
    },
    lowest: { type: "number", minimum: 0, default: 0, meaning: "Smallest learning rate." },
  },
  create(steps, { factor, patience, threshold, cooldown, lowest }) {
    const base = warmUp(steps, () => steps.learningRate);
    const smallest = Math.min(1, lowest / steps.learningRate);
    const rate = (step: number, state: ScheduleState | null = null): number => base(step) * (state?.scale ?? 1);
    const observe = ({ value, higherIsBetter }: Measured, before: ScheduleState | null): PlateauState => {
      if (before === null) return { best: value, bad: 0, wait: 0, scale: 1 };
      const { best, bad, wait, scale } = before as PlateauState;
      const better = higherIsBetter ? value > best * (1 + threshold) : value < best * (1 - threshold);
      const count = better || wait > 0 ? 0 : bad + 1;
      const reduce = count > patience;
      return {
        best: better ? value : best,
        bad: reduce ? 0 : count,
        wait: reduce ? cooldown : Math.max(0, wait - 1),
        scale: reduce ? Math.max(scale * factor, smallest) : scale,
      };
    };
    return Object.assign(rate, { observe });
  },
});
