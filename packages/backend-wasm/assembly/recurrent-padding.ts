/** Sequences of a batch that are over while others go on. */

/** Whether the sequence of a row is over at a time step; never without lengths (address 0). */
@inline
export function isOver(lengths: usize, row: usize, time: i32): bool {
  return lengths != 0 && load<i32>(lengths + (row << 2)) <= time;
}

/**
 * Copies the state gradients of rows that are over back from `spare`, where they were kept during a product: it adds
 * 0 · weights to them, which is NaN where a weight is infinite or NaN.
 */
export function restoreFinished(begin: i32, end: i32, lengths: usize, time: i32, spare: usize, dState: usize, rowBytes: usize): void {
  if (lengths == 0) return;
  for (let i = <usize>begin; i < <usize>end; i++) {
    if (isOver(lengths, i, time)) memory.copy(dState + i * rowBytes, spare + (i - <usize>begin) * rowBytes, rowBytes);
  }
}
