import { bytesPerElement, IndexError, type Operand, type Primitives, sizeOf } from "@heed/tensor";
import type { Engine } from "../engine.js";
import { pointerOf } from "./elementwise.js";

const grain = 16_384;

/** Kernels that read or write where indices say. */
export function indexing(engine: Engine, fill: Primitives["fill"]): Pick<Primitives, "gather" | "scatterAdd"> {
  const gather = engine.kernel("gather");
  const scatterAdd = engine.kernel("scatterAdd");
  const checkIndices = indexChecker(engine);
  return {
    gather(x, indices, axis) {
      checkIndices("gather", "indices", indices, x.shape[axis]!);
      const out = engine.buffer(indices.buffer.size, x.dtype);
      const inner = sizeOf(indices.shape.slice(axis + 1));
      const places = [pointerOf(x), pointerOf(indices), out.pointer, x.shape[axis]!, indices.shape[axis]!, inner];
      engine.run(gather, out.size, grain, 0, [bytesPerElement[x.dtype], ...places]);
      return out;
    },

    scatterAdd(x, indices, axis, shape) {
      checkIndices("scatterAdd", "indices", indices, shape[axis]!);
      const out = fill(sizeOf(shape), 0, "f32") as ReturnType<Engine["buffer"]>;
      const inner = sizeOf(indices.shape.slice(axis + 1));
      scatterAdd.call(
        pointerOf(x),
        pointerOf(indices),
        out.pointer,
        indices.buffer.size,
        shape[axis]!,
        indices.shape[axis]!,
        inner,
      );
      return out;
    },
  };
}

/** Checks that all indices are within 0 … length − 1; throws IndexError. */
export function indexChecker(engine: Engine): (op: string, argument: string, indices: Operand, length: number) => void {
  const firstOutside = engine.kernel("firstOutside");
  return (op, argument, indices, length) => {
    const position = firstOutside.call(pointerOf(indices), indices.buffer.size, length) ?? -1;
    if (position < 0) return;
    const index = engine.i32[(pointerOf(indices) >>> 2) + position];
    throw new IndexError(op, argument, indices.shape, index!, position, length);
  };
}
