/** Gather, its transpose, and embedding. Indices are checked first: {@link firstOutside}. */
import { copy } from "./layout";

/** The position of the first index outside of 0 … length − 1, or −1. */
export function firstOutside(indices: usize, count: i32, length: i32): i32 {
  for (let i = 0; i < count; i++) {
    if (load<u32>(indices + (<usize>i << 2)) >= <u32>length) return i;
  }
  return -1;
}

/** out[o, i, j] = x[o, indices[o, i, j], j] for positions `begin` … `end` − 1 of [outer, count, inner]. */
export function gather(
  begin: i32, end: i32, _scratch: usize, width: i32, x: usize, indices: usize, out: usize, length: i32, count: i32, inner: i32,
): void {
  for (let position = begin; position < end; position++) {
    const from = placeOf(position, indices, length, count, inner);
    if (width == 4) store<u32>(out + (<usize>position << 2), load<u32>(x + (from << 2)));
    else store<u8>(out + <usize>position, load<u8>(x + from));
  }
}

@inline
function placeOf(position: i32, indices: usize, length: i32, count: i32, inner: i32): usize {
  const block = position / (inner * count);
  return <usize>((block * length + load<i32>(indices + (<usize>position << 2))) * inner + position % inner);
}

/** out[o, indices[o, i, j], j] += x[o, i, j], in the order of positions; out begins as 0. */
export function scatterAdd(x: usize, indices: usize, out: usize, positions: i32, length: i32, count: i32, inner: i32): void {
  for (let position = 0; position < positions; position++) {
    const to = out + (placeOf(position, indices, length, count, inner) << 2);
    store<f32>(to, load<f32>(to) + load<f32>(x + (<usize>position << 2)));
  }
}

/** Rows of a table by id: positions `begin` … `end` − 1. */
export function embedding(begin: i32, end: i32, _scratch: usize, table: usize, ids: usize, out: usize, width: i32): void {
  const bytes = <usize>width << 2;
  for (let i = <usize>begin; i < <usize>end; i++) {
    copy(table + <usize>load<u32>(ids + (i << 2)) * bytes, out + i * bytes, bytes);
  }
}

/**
 * Adds each row of x to the row of the table that its id names, for the columns `begin` … `end` − 1: in the order of
 * positions, whoever works. Rows with the id `padding` are left out.
 */
export function embeddingGradient(
  begin: i32, end: i32, _scratch: usize, x: usize, ids: usize, table: usize, positions: i32, width: i32, padding: i32,
): void {
  for (let i: usize = 0; i < <usize>positions; i++) {
    const id = load<i32>(ids + (i << 2));
    if (id == padding) continue;
    let to = table + (<usize>(id * width + begin) << 2);
    let from = x + ((i * <usize>width + <usize>begin) << 2);
    let n = end - begin;
    for (; n >= 4; n -= 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    for (; n > 0; n--, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
  }
}
