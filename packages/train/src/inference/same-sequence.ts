/** Whether two sequences hold the same tokens or ids, and no more. */
export function sameSequence<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
