import type { Shape } from "../shape.js";

/**
 * Walks over a shape in rows along its last axis and tells where each row begins in one or two operands that are read
 * with strides of their own (0 where an operand is repeated).
 */
export function forEachRow(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
  visit: (out: number, a: number, b: number) => void,
): void {
  const outer = shape.slice(0, -1);
  const length = shape.at(-1) ?? 1;
  if (shape.includes(0)) return;
  const position = new Array<number>(outer.length).fill(0);
  let a = 0;
  let b = 0;
  for (let out = 0; ; out += length) {
    visit(out, a, b);
    let axis = outer.length - 1;
    for (; axis >= 0; axis--) {
      a += stridesA[axis]!;
      b += stridesB[axis]!;
      if (++position[axis]! < outer[axis]!) break;
      position[axis] = 0;
      a -= stridesA[axis]! * outer[axis]!;
      b -= stridesB[axis]! * outer[axis]!;
    }
    if (axis < 0) return;
  }
}
