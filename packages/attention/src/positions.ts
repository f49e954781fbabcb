import { add, type Backend, cast, currentBackend, full, type Tensor, tensor } from "@heed/tensor";

/** Where queries and keys stand in their sequences, in steps from 0, shaped to be compared with each other. */
export interface Positions {
  /** f32 `[b, q, 1]`, or `[1, q, 1]` where it is the same for every sentence. */
  readonly query: Tensor;
  /** f32 `[1, 1, k]`. */
  readonly key: Tensor;
  /** How many keys are no padding, f32 `[b, 1, 1]`, or `[1, 1, 1]`. */
  readonly lengths: Tensor;
}

/** What {@link positionsOf} counts. */
export interface Counts {
  /** q; by default 1. */
  readonly queries?: number;
  /** k. */
  readonly keys: number;
  /** `[b]`, i32 or f32; by default every key counts. */
  readonly lengths?: Tensor | null;
  /** Position of the first query, a number or f32 `[b, 1]`; by default 0. */
  readonly start?: Tensor | number;
  /** By default that of the lengths, else the one in use. */
  readonly backend?: Backend;
}

/** The positions of so many queries and keys; each is made when it is first asked for. */
export function positionsOf({ queries = 1, keys, lengths = null, start = 0, backend }: Counts): Positions {
  const on = backend ?? lengths?.backend ?? currentBackend();
  const made: { query?: Tensor; key?: Tensor; lengths?: Tensor } = {};
  return {
    get query() {
      made.query ??= queryPositions(queries, start, on);
      return made.query;
    },
    get key() {
      made.key ??= steps(keys, [1, 1, keys], on);
      return made.key;
    },
    get lengths() {
      made.lengths ??= lengths ? asFloats(lengths).reshape(-1, 1, 1) : full([1, 1, 1], keys, "f32", on);
      return made.lengths;
    },
  };
}

function asFloats(x: Tensor): Tensor {
  return x.dtype === "f32" ? x : cast(x, { dtype: "f32" });
}

function queryPositions(queries: number, start: Tensor | number, backend: Backend): Tensor {
  if (typeof start !== "number" && queries === 1) return start.reshape(-1, 1, 1);
  const counted = steps(queries, [1, queries, 1], backend);
  if (start === 0) return counted;
  return add(counted, typeof start === "number" ? start : start.reshape(-1, 1, 1));
}

/** 0, 1, 2, … */
function steps(count: number, shape: readonly number[], backend: Backend): Tensor {
  const counted = new Float32Array(count);
  for (let i = 0; i < count; i++) counted[i] = i;
  return tensor(counted, { shape, backend });
}
