import { HeedError, type Random } from "@heed/core";
import type { SequencePair } from "../sequence-pair.js";
import { symbolNames } from "./symbol-names.js";

/** What a synthetic task is made of. The defaults are those of the copy lesson. */
export interface TaskOptions {
  /** how many different symbols occur: 8 are `a` … `h`; default 8 */
  readonly symbols?: number | undefined;
  /** symbols of the shortest source, ≥ 1; default 3 */
  readonly minLength?: number | undefined;
  /** symbols of the longest source; default 7 */
  readonly maxLength?: number | undefined;
  /** how many pairs */
  readonly count: number;
  /** where the symbols and lengths are drawn from, uniformly */
  readonly random: Random;
}

/** Makes random sources with the targets that the task wants. */
export type Task = (options: TaskOptions) => SequencePair[];

/** A task from its rule: the target of a source, both as ranks of symbols (0 is `a`). */
export function makeTask(name: string, target: (source: readonly number[]) => number[]): Task {
  return ({ symbols = 8, minLength = 3, maxLength = 7, count, random }) => {
    const expect = (fits: boolean, rule: string, got: string) => {
      if (!fits) throw new HeedError(`The ${name} task needs ${rule}; got ${got}.`);
    };
    const lengths = `minLength ${minLength} and maxLength ${maxLength}`;
    expect(Number.isInteger(minLength) && minLength >= 1, "whole lengths of at least 1", lengths);
    expect(Number.isInteger(maxLength) && maxLength >= minLength, "a maxLength of at least minLength", lengths);
    expect(Number.isInteger(count) && count >= 0, "a whole count of at least 0", `${count}`);
    const names = symbolNames(symbols);
    const words = (ranks: readonly number[]) => ranks.map((rank) => names[rank] as string);
    return Array.from({ length: count }, () => {
      const length = random.integer(minLength, maxLength + 1);
      const source = Array.from({ length }, () => random.integer(0, symbols));
      return { source: words(source), target: words(target(source)) };
    });
  };
}
