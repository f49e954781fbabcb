/** Additive scores and their gradient for any number of queries: vᵀ tanh(query + keys), without the values in between. */
import { preparedMatrix, preparedRow, prepareRows, prepareWeights, scoreRow, scoreRowGradient, timesWeights } from "./additive-rows";

/** Bytes of workspace for {@link additiveScores} and its gradient. */
export function additiveScoresWorkspace(n: i32, d: i32): usize {
  return 2 * preparedMatrix(n, d) + 4 * preparedRow(d) + 320;
}

/** Scores of rows `begin` … `end` − 1 of the batch: query [b, q, d], keys [b, n, d], v [d], out [b, q, n]. */
export function additiveScores(begin: i32, end: i32, scratch: usize, q: i32, n: i32, d: i32, query: usize, keys: usize, v: usize, out: usize): void {
  const readyV = scratch + 128;
  const readyQuery = readyV + preparedRow(d) + 64;
  const readyKeys = readyQuery + preparedMatrix(1, d);
  prepareWeights(d, v, readyV);
  for (let row = begin; row < end; row++) {
    const theseKeys = keys + (<usize>(row * n) * <usize>d << 2);
    prepareRows(n, d, theseKeys, readyKeys);
    for (let i = row * q; i < (row + 1) * q; i++) {
      const from = query + (<usize>i * <usize>d << 2);
      prepareRows(1, d, from, readyQuery);
      scoreRow(n, d, from, theseKeys, readyQuery, readyKeys, readyV, out + (<usize>i * <usize>n << 2), scratch);
    }
  }
}

/**
 * The gradient of {@link additiveScores}: from dScores [b, q, n] to dQuery [b, q, d], dKeys [b, n, d] and dV [b, d], a part
 * for each row of the batch.
 */
export function additiveScoresGradient(
  begin: i32, end: i32, scratch: usize, q: i32, n: i32, d: i32, query: usize, keys: usize, v: usize,
  dScores: usize, dQuery: usize, dKeys: usize, dV: usize,
): void {
  const step = preparedRow(d);
  const readyV = scratch;
  const readyQuery = readyV + step + 64;
  const sumQuery = readyQuery + preparedMatrix(1, d);
  const sumV = sumQuery + step;
  const readyKeys = sumV + step;
  const sumKeys = readyKeys + preparedMatrix(n, d);
  prepareWeights(d, v, readyV);
  for (let row = begin; row < end; row++) {
    const keyPlace = <usize>(row * n) * <usize>d << 2;
    prepareRows(n, d, keys + keyPlace, readyKeys);
    memory.fill(sumKeys, 0, <usize>n * step);
    memory.fill(sumV, 0, step);
    for (let i = row * q; i < (row + 1) * q; i++) {
      const place = <usize>i * <usize>d << 2;
      prepareRows(1, d, query + place, readyQuery);
      const slopes = dScores + (<usize>i * <usize>n << 2);
      scoreRowGradient(n, d, query + place, keys + keyPlace, readyQuery, readyKeys, readyV, slopes, sumQuery, sumKeys, sumV);
      timesWeights(1, d, sumQuery, readyV, dQuery + place);
    }
    timesWeights(n, d, sumKeys, readyV, dKeys + keyPlace);
    memory.copy(dV + (<usize>row * <usize>d << 2), sumV, <usize>d << 2);
  }
}
