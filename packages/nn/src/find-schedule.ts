import { Registry } from "@heed/core";
import type { ScheduleExtension } from "./define-schedule.js";
import { builtInSchedules } from "./schedules/index.js";

/**
 * Returns the learning rate schedule with a name.
 *
 * @param extra - schedules besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two schedules have the same name
 * @example
 * const rate = findSchedule("linear").create({ learningRate: 1e-3, warmupSteps: 2, totalSteps: 5 });
 * [1, 2, 3, 4, 5].map(rate); // 0.0005, 0.001, 0.00075, 0.0005, 0.00025
 */
export function findSchedule(name: string, extra: readonly ScheduleExtension[] = []): ScheduleExtension {
  return new Registry<ScheduleExtension>("schedule", [...builtInSchedules, ...extra]).get(name);
}
