import type { OptionSpecs } from "@heed/core";
import { defineTask, type TaskExtension } from "./define-task.js";
import { taskLimits } from "./limits.js";
import { symbolName, symbolNames } from "./symbol-names.js";

/** Options of the tasks whose targets are the symbols of the source in another order. */
export interface SymbolTaskOptions {
  readonly symbols: number;
  readonly minLength: number;
  readonly maxLength: number;
}

const options: OptionSpecs<SymbolTaskOptions> = {
  symbols: {
    type: "integer",
    minimum: 1,
    maximum: taskLimits.symbols,
    default: 8,
    meaning: "Number of different symbols: a, b, c, and so on.",
  },
  minLength: {
    type: "integer",
    minimum: 1,
    default: 3,
    meaning: "Smallest number of symbols in a sample.",
    fault: (least, { maxLength: most }) =>
      (least as number) <= (most as number)
        ? undefined
        : `minLength must be at most maxLength, got minLength ${least} and maxLength ${most}.`,
  },
  maxLength: {
    type: "integer",
    minimum: 1,
    maximum: taskLimits.length,
    default: 7,
    meaning: "Largest number of symbols in a sample.",
  },
};

/**
 * Defines a task whose target is a permutation of its source.
 *
 * @param order - returns, for each target position, the source position that it copies; symbols are ranks, 0 is `a`
 */
export function symbolTask(
  { name, summary }: { readonly name: string; readonly summary: string },
  order: (source: readonly number[]) => number[],
): TaskExtension {
  return defineTask<SymbolTaskOptions>({
    ...{ name, summary, options },
    vocabulary({ symbols }) {
      const names = symbolNames(symbols);
      return { source: names, target: names };
    },
    sample(random, { symbols, minLength, maxLength }) {
      const length = random.integer(minLength, maxLength + 1);
      const ranks = Array.from({ length }, () => random.integer(0, symbols));
      const source = ranks.map(symbolName);
      const positions = order(ranks);
      return {
        source,
        target: positions.map((position) => source[position]!),
        alignment: positions.map((position, target) => [position, target] as const),
      };
    },
  });
}
