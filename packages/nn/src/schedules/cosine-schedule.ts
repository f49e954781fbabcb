import { defineSchedule, warmUp } from "../define-schedule.js";

/** Options of the schedule `cosine`. */
export interface CosineOptions {
  /** Learning rate that is reached one step after the last. */
  readonly lowest: number;
}

/**
 * The definition of the schedule `cosine`: after w warm-up steps, with p = max(w, 1) and
 * t = (s − p) / (total + 1 − p), step s has the rate lowest + (learningRate − lowest) · (1 + cos πt) / 2. A `lowest` above the
 * learning rate counts as the learning rate.
 *
 * PyTorch: `CosineAnnealingLR` with `T_max` = total + 1 − p and `eta_min` = lowest, from step p on.
 *
 * @example
 * const rate = cosineSchedule.create({ learningRate: 1, totalSteps: 4 });
 * [1, 2, 3, 4].map(rate); // 1, 0.854, 0.5, 0.146
 */
export const cosineSchedule = defineSchedule<CosineOptions>({
  name: "cosine",
  summary: "falls along half a period of the cosine, after the warm-up",
  reference: "Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, without restarts",
  options: {
    lowest: {
      type: "number",
      minimum: 0,
      default: 0,
      meaning: "Learning rate that is reached one step after the last.",
    },
  },
  create(steps, options) {
    const { learningRate, warmupSteps, totalSteps } = steps;
    const peak = Math.max(warmupSteps, 1);
    const lowest = Math.min(options.lowest, learningRate);
    return warmUp(steps, (step) => {
      const progress = Math.min(1, (step - peak) / Math.max(1, totalSteps + 1 - peak));
      return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * progress))) / 2;
    });
  },
});
