import { defineSchedule, warmUp } from "../define-schedule.js";

/**
 * The definition of the schedule `inverse-sqrt`: after w warm-up steps, with p = max(w, 1), step s has the rate
 * learningRate · √(p / s). Source: Vaswani et al. 2017, section 5.3.
 */
export const inverseSqrtSchedule = defineSchedule({
  name: "inverse-sqrt",
  summary: "falls with the square root of the step, after the warm-up",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, §5.3",
  options: {},
  create(steps) {
    const peak = Math.max(steps.warmupSteps, 1);
    return warmUp(steps, (step) => steps.learningRate * Math.sqrt(peak / step));
  },
});
