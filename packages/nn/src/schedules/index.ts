// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { constantSchedule } from "./constant-schedule.js";
import { cosineSchedule } from "./cosine-schedule.js";
import { inverseSqrtSchedule } from "./inverse-sqrt-schedule.js";
import { linearSchedule } from "./linear-schedule.js";
import { noamSchedule } from "./noam-schedule.js";
import { plateauSchedule } from "./plateau-schedule.js";

/** What stands in this folder, sorted by file name. */
export const builtInSchedules = [
  constantSchedule,
  cosineSchedule,
  inverseSqrtSchedule,
  linearSchedule,
  noamSchedule,
  plateauSchedule,
] as const;

export { constantSchedule, cosineSchedule, inverseSqrtSchedule, linearSchedule, noamSchedule, plateauSchedule };
