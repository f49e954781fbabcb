import { defineSchedule, warmUp } from "../define-schedule.js";

/**
 * The definition of the schedule `linear`: after w warm-up steps, with p = max(w, 1), step s has the rate
 * learningRate · (total + 1 − s) / (total + 1 − p). It falls evenly, and would reach 0 one step after the last.
 *
 * @example
 * const rate = linearSchedule.create({ learningRate: 1e-3, warmupSteps: 2, totalSteps: 5 });
 * [1, 2, 3, 4, 5].map(rate); // 0.0005, 0.001, 0.00075, 0.0005, 0.00025
 */
export const linearSchedule = defineSchedule({
  name: "linear",
  summary: "falls evenly after the warm-up, and would reach 0 one step after the last",
  options: {},
  create(steps) {
    const { learningRate, warmupSteps, totalSteps } = steps;
    const peak = Math.max(warmupSteps, 1);
    return warmUp(
      steps,
      (step) => learningRate * (Math.max(0, totalSteps + 1 - step) / Math.max(1, totalSteps + 1 - peak)),
    );
  },
});
