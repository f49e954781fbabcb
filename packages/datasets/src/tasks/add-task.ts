import { defineTask } from "../define-task.js";
import { TargetWriter } from "../target-writer.js";

const digits = Array.from("0123456789");

/**
 * The definition of the task `add`: `47+855` → `902`, a digit a token. Each digit of the sum is aligned with the digits of
 * both operands in its column; a leading 1 that is carried, with those of the column below.
 */
export const addTask = defineTask<{ largest: number }>({
  name: "add",
  summary: "the sum of two numbers, digit by digit",
  characters: true,
  options: {
    largest: {
      type: "integer",
      minimum: 0,
      maximum: 999_999_999,
      default: 999,
      meaning: "Largest operand; the smallest is 0.",
    },
  },
  vocabulary: () => ({ source: ["+", ...digits], target: digits }),
  sample(random, { largest }) {
    const operands = [random.integer(0, largest + 1), random.integer(0, largest + 1)] as const;
    const [first, second] = operands.map(String) as [string, string];
    const sum = String(operands[0] + operands[1]);
    const writer = new TargetWriter();
    for (const [at, digit] of Array.from(sum).entries()) {
      const column = Math.min(sum.length - 1 - at, Math.max(first.length, second.length) - 1);
      const [a, b] = [first.length - 1 - column, second.length - 1 - column];
      writer.write(digit, [...(a >= 0 ? [a] : []), ...(b >= 0 ? [first.length + 1 + b] : [])]);
    }
    return { source: Array.from(`${first}+${second}`), target: writer.target, alignment: writer.alignment };
  },
});
