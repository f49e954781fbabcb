import type { DType, Operand, Primitives, ReduceKernel } from "@heed/tensor";
import type { Engine, WasmBuffer } from "../engine.js";
import { pointerOf } from "./elementwise.js";

const grain = 16_384;
const codes: Readonly<Record<ReduceKernel, number>> = { sum: 0, max: 1, min: 2 };
const dtypeCodes: Readonly<Record<DType, number>> = { f32: 0, i32: 1, bool: 2 };

/** Neighbouring axes of one kind, seen as one. */
interface Group {
  length: number;
  readonly folded: boolean;
}

/** Kernels that fold axes away. */
export function reductions(engine: Engine): Pick<Primitives, "reduce" | "argmax"> {
  const reduce = engine.kernel("reduce");
  const reduceInteger = engine.kernel("reduceInteger");
  const argmax = engine.kernel("argmax");

  /** Folds the middle axis of [outer, r, inner]. */
  const fold = (
    kernel: ReduceKernel,
    from: { pointer: number; dtype: DType },
    outer: number,
    r: number,
    inner: number,
  ): WasmBuffer => {
    const out = engine.buffer(outer * inner, from.dtype === "f32" ? "f32" : "i32");
    if (out.size === 0) return out;
    if (from.dtype === "f32") {
      const byColumns = outer === 1 && inner !== 1;
      const items = byColumns ? inner : outer;
      const worth = Math.max(byColumns ? 16 : 1, Math.ceil((grain * items) / (outer * r * inner + 1)));
      engine.run(reduce, items, worth, 0, [codes[kernel], from.pointer, out.pointer, outer, r, inner]);
    } else {
      const width = from.dtype === "bool" ? 1 : 4;
      engine.run(reduceInteger, outer, outer, 0, [codes[kernel], from.pointer, out.pointer, r, inner, width]);
    }
    return out;
  };

  return {
    reduce(kernel, x, axes) {
      const groups = groupAxes(x, axes);
      let from: { pointer: number; dtype: DType } = { pointer: pointerOf(x), dtype: x.dtype };
      let made: WasmBuffer | null = null;
      // The innermost folded axis first; each pass leaves one fewer.
      for (let index = groups.length - 1; index >= 0; index--) {
        if (!groups[index]!.folded) continue;
        const length = (start: number, end: number): number =>
          groups.slice(start, end).reduce((product, group) => product * group.length, 1);
        const next = fold(kernel, from, length(0, index), groups[index]!.length, length(index + 1, groups.length));
        if (made) engine.free(made);
        made = next;
        from = next;
        groups[index]!.length = 1;
      }
      // Without an axis to fold there is one of length 1 in front of everything.
      return made ?? fold(kernel, from, 1, 1, x.buffer.size);
    },

    argmax(x, axis) {
      const outer = x.shape.slice(0, axis).reduce((product, length) => product * length, 1);
      const inner = x.shape.slice(axis + 1).reduce((product, length) => product * length, 1);
      const r = x.shape[axis]!;
      const out = engine.buffer(outer * inner, "i32");
      const worth = Math.max(1, Math.ceil(grain / (r * inner + 1)));
      engine.run(argmax, outer, worth, 0, [dtypeCodes[x.dtype], pointerOf(x), out.pointer, r, inner]);
      return out;
    },
  };
}

function groupAxes(x: Operand, axes: readonly number[]): Group[] {
  const groups: Group[] = [];
  for (let axis = 0; axis < x.shape.length; axis++) {
    const folded = axes.includes(axis);
    const last = groups.at(-1);
    if (last && last.folded === folded) last.length *= x.shape[axis]!;
    else groups.push({ length: x.shape[axis]!, folded });
  }
  return groups;
}
