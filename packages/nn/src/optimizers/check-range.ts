import { HeedError } from "@heed/core";

/** @throws HeedError naming the option, what was expected and what came */
export function checkRange(who: string, option: string, value: number, expected: string, fits: boolean): void {
  if (!fits) throw new HeedError(`${who}: ${option} must be ${expected}; got ${value}.`);
}
