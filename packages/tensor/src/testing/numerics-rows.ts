import type { Draw, ErrorBound, Tensor } from "../index.js";

interface Row {
  /** The name of the operation, with its options where it has several rows. */
  readonly name: string;
  readonly apply: (...inputs: Tensor[]) => Tensor;
  /** The bound of backends that calculate in f32 and do not state another one. */
  readonly bound: ErrorBound;
  /**
   * Values at special arguments, which must be exact, the sign of 0 included: `"−∞ → 0; NaN → NaN"`. Two arguments stand in
   * parentheses, the entries of an axis in brackets.
   */
  readonly values: string;
  /** Derivatives, which must be exact: `"∞ → 0"`. */
  readonly slopes?: string;
}

/** A function of each element, checked over a range of f32 numbers. */
export interface ElementwiseRow extends Row {
  /** The value in f64, right to about 1e-15. */
  readonly exact: (...inputs: number[]) => number;
  /** The number of arguments; by default 1. */
  readonly inputs?: 1 | 2;
  /** The smallest and the largest argument to measure; by default all of f32. */
  readonly range?: readonly [number, number];
}

/** A function that folds or normalizes the last axis, checked on random numbers. */
export interface AxisRow extends Row {
  /** The arguments to measure. */
  readonly draw: (draw: Draw) => readonly Tensor[];
  /** In words, what is measured. */
  readonly range: string;
  /** The number whose ulp counts; by default the value itself. */
  readonly scale?: { readonly text: string; readonly of: (result: Tensor, ...inputs: Tensor[]) => Tensor };
  /** The value of an empty axis: a number, no value ("empty"), or an error ("error"). */
  readonly empty: number | "error" | "empty";
}

/** A row of the table of errors: one function. */
export type NumericsRow = ElementwiseRow | AxisRow;

/** Whether a row is about a function of each element. */
export function isElementwise(row: NumericsRow): row is ElementwiseRow {
  return "exact" in row;
}

/** A special argument and its value. */
export interface SpecialValue {
  readonly text: string;
  readonly arguments: readonly number[];
  readonly values: readonly number[];
}

/** Reads `"−∞ → 0; (∞, 1) → NaN"`. */
export function readValues(text: string): SpecialValue[] {
  return text
    .split("; ")
    .filter((part) => part !== "")
    .map((part) => {
      const [left = "", right = ""] = part.split(" → ");
      return { text: part, arguments: numbersOf(left), values: numbersOf(right) };
    });
}

function numbersOf(text: string): number[] {
  const words = text.match(/[^\s,()[\]]+/g) ?? [];
  return words.map((word) => Number(word.replaceAll("−", "-").replace("∞", "Infinity")));
}
