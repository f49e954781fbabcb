import { joinAxes, type Shape, stridesOf } from "@heed/tensor";

/** Axes of a result, and how far each operand moves along them; neighbouring axes that can be one are one. */
export interface Walk {
  readonly lengths: readonly number[];
  /** For each operand, the distance along each axis. */
  readonly strides: readonly (readonly number[])[];
}

/** Joins axes; one axis is always left. */
export function collapse(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  const walk = joinAxes(shape, strides);
  return walk.lengths.length > 0 ? walk : { lengths: [1], strides: strides.map(() => [0]) };
}

/** The coordinate along an axis of the element at `this.thread.x`, in integers; `pitch` and `length` are parameters. */
export function coordinate(axis: number, rank: number): string {
  const outer = axis === rank - 1 ? "this.thread.x" : `quotient(this.thread.x, pitch${axis})`;
  return axis === 0 ? outer : `remainder(${outer}, length${axis})`;
}

/** The parameters that {@link coordinate} uses. */
export function walkParameters(rank: number): Record<string, "integer"> {
  const names = Array.from({ length: rank }, (_, axis) => axis);
  return Object.fromEntries([
    ...names.slice(0, -1).map((axis) => [`pitch${axis}`, "integer"] as const),
    ...names.slice(1).map((axis) => [`length${axis}`, "integer"] as const),
  ]);
}

/** The values of {@link walkParameters}. */
export function walkArguments(lengths: readonly number[]): number[] {
  return [...stridesOf(lengths).slice(0, -1), ...lengths.slice(1)];
}

/** The place of an operand's element, with its distances as the parameters `<name>0`, `<name>1`, … */
export function place(name: string, rank: number): string {
  return Array.from({ length: rank }, (_, axis) => `${coordinate(axis, rank)} * ${name}${axis}`).join(" + ");
}

/** The parameters that {@link place} uses. */
export function strideParameters(name: string, rank: number): Record<string, "integer"> {
  return Object.fromEntries(Array.from({ length: rank }, (_, axis) => [`${name}${axis}`, "integer" as const]));
}
