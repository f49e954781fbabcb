// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { constantSchedule } from "./constant-schedule.js";
import { inverseSqrtSchedule } from "./inverse-sqrt-schedule.js";
import { linearSchedule } from "./linear-schedule.js";

/** What stands in this folder, sorted by file name. */
export const builtInSchedules = [constantSchedule, inverseSqrtSchedule, linearSchedule] as const;

export { constantSchedule, inverseSqrtSchedule, linearSchedule };
