/**
 * Walking over tensors in rows along the last axis. The outer axes are described by triples in memory: length, then the
 * distance in bytes between neighbours in two operands (0 where one is repeated).
 */

const TRIPLE: usize = 12;

/** Where row number `row` begins in operand 0 or 1, in bytes from its start. */
@inline
export function rowOffset(row: i32, rank: i32, axes: usize, operand: i32): usize {
  const stride = axes + <usize>(4 + 4 * operand);
  if (rank == 0) return 0;
  if (rank == 1) return <usize>row * <usize>load<u32>(stride);
  let offset: usize = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const entry = <usize>axis * TRIPLE;
    const length = load<i32>(axes + entry);
    const next = row / length;
    offset += <usize>(row - next * length) * <usize>load<u32>(stride + entry);
    row = next;
  }
  return offset;
}
