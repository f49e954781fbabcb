import { defineSchedule, warmUp } from "../define-schedule.js";

/** The definition of the schedule `constant`: after the warm-up, each step has the highest learning rate. */
export const constantSchedule = defineSchedule({
  name: "constant",
  summary: "the highest rate, after the warm-up",
  options: {},
  create: (steps) => warmUp(steps, () => steps.learningRate),
});
