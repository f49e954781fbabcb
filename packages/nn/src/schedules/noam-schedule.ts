import { defineSchedule } from "../define-schedule.js";

/** Options of the schedule `noam`. */
export interface NoamOptions {
  /** Size of the model's hidden vectors, d. */
  readonly modelSize: number;
}

/**
 * The definition of the schedule `noam`: with p = max(warm-up steps, 1), step s has the rate
 * learningRate · d^−½ · min(s^−½, s · p^−3/2). Here `learningRate` is a factor, 1 in the paper; the highest rate is
 * learningRate / √(d · p), in step p. `inverse-sqrt` has the same course, with its highest rate given.
 *
 * Source: Vaswani et al. 2017, equation 3.
 *
 * @example
 * const rate = noamSchedule.create({ learningRate: 1, warmupSteps: 4000, totalSteps: 100_000 });
 * rate(4000); // 0.000699
 */
export const noamSchedule = defineSchedule<NoamOptions>({
  name: "noam",
  summary: "the rate of Vaswani et al.: learningRate is a factor, usually 1 or 2",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, equation 3",
  options: {
    modelSize: {
      type: "integer",
      minimum: 1,
      default: 512,
      meaning: "Size of the model's hidden vectors; the rate falls with its square root.",
    },
  },
  create({ learningRate, warmupSteps }, { modelSize }) {
    const peak = Math.max(warmupSteps, 1);
    const scale = learningRate / Math.sqrt(modelSize);
    return (step) => scale * Math.min(1 / Math.sqrt(step), step / peak ** 1.5);
  },
});
