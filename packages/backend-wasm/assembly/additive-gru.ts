/**
 * A decoder of gated recurrent units with additive attention before each step, and back through time. Sequences do not
 * touch each other, so each part of the batch walks through all steps on its own. Gradients of weights are left to large
 * products over all steps, outside.
 */
import { contextRow, softmaxRow, softmaxRowGradient, weightsGradientRow } from "./additive-attention";
import { prepareKeys, preparedMatrix, preparedRow, prepareRow, prepareWeights, scoreRow, scoreRowGradient, timesWeights } from "./additive-rows";
import { gemm } from "./gemm";
import { copy } from "./layout";
import { gruCell, gruCellGradient } from "./recurrent-gru-cell";

/** Bytes of workspace for rows of n weights. */
@inline
function weightBytes(n: i32): usize {
  return <usize>((n + 15) & ~15) << 2;
}

/** Bytes of workspace for {@link additiveGruForward} and its gradient, beyond that of small products with packed weights. */
export function additiveGruWorkspace(n: i32, d: i32): usize {
  return 4 * preparedRow(d) + weightBytes(n) + 320;
}

/** Bytes of the prepared keys of one sequence. */
export function additiveKeysBytes(n: i32, d: i32): usize {
  return preparedMatrix(n, d);
}

/** The scratch behind what products need of it. */
@inline
function behindProducts(scratch: usize, productBytes: i32): usize {
  return (scratch + <usize>productBytes + 63) & ~63;
}

/** Place `row` of a tensor with `n` floats a row. */
@inline
function at(x: usize, row: i32, n: i32): usize {
  return x + (<usize>row * <usize>n << 2);
}

/**
 * Sequences `begin` … `end` − 1. All weights are packed, W_c and W_hh transposed.
 *
 * @param productBytes - workspace of the products
 * @param keys - [b, n, d]; `readyKeys` receives them prepared: b matrices of {@link additiveKeysBytes}
 * @param mask - bool or 0; its neighbours along the batch lie `maskRow` bytes apart, along the keys `maskKey`
 * @param query - [b, t, d], receives the queries
 * @param saved - [b, t, 4h], receives what the gradient of the cells needs, or 0
 * @param sums - [b, 6h], workspace
 */
export function additiveGruForward(
  begin: i32, end: i32, scratch: usize, productBytes: i32, t: i32, h: i32, n: i32, d: i32, c: i32,
  tokenGates: usize, hidden: usize, keys: usize, readyKeys: usize, values: usize, mask: usize, maskRow: i32, maskKey: i32,
  queryWeight: usize, v: usize, contextWeight: usize, weightHh: usize, biasHh: usize,
  states: usize, contexts: usize, weights: usize, query: usize, saved: usize, sums: usize,
): void {
  const spare = behindProducts(scratch, productBytes);
  const weight = spare + 128;
  const readyQuery = weight + weightBytes(n);
  const readyV = readyQuery + preparedRow(d);
  const rows = end - begin;
  const width = 3 * h;
  const sumStep = <usize>width << 3;
  for (let row = begin; row < end; row++) prepareKeys(n, d, at(keys, row * n, d), readyKeys + <usize>row * preparedMatrix(n, d));
  prepareWeights(d, v, readyV);
  for (let step = 0; step < t; step++) {
    const first = step == 0;
    const state = first ? at(hidden, begin, h) : at(states, begin * t + step - 1, h);
    const stateStep = <usize>(first ? h : t * h) << 2;
    const place = begin * t + step;
    const sum = sums + <usize>begin * sumStep;
    gemm(0, rows, scratch, 0, rows, d, h, state, stateStep, 0, queryWeight, 0, 0, 1, at(query, place, d), <usize>(t * d) << 2, 0, 0);
    gemm(0, rows, scratch, 0, rows, width, h, state, stateStep, 0, weightHh, 0, 1, 1, sum + (<usize>width << 2), sumStep, biasHh, 0);
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const from = at(query, here, d);
      const bound = prepareRow(d, from, readyQuery);
      const theseKeys = readyKeys + <usize>row * preparedMatrix(n, d);
      scoreRow(n, d, from, at(keys, row * n, d), readyQuery, bound, theseKeys, readyV, weight, spare);
      softmaxRow(n, weight, mask ? mask + <usize>row * <usize>maskRow : 0, maskKey);
      copy(weight, at(weights, here, n), <usize>n << 2);
      contextRow(n, c, weight, at(values, row * n, c), at(contexts, here, c));
      copy(at(tokenGates, here, width), sums + <usize>row * sumStep, <usize>width << 2);
    }
    gemm(0, rows, scratch, 0, rows, width, c, at(contexts, place, c), <usize>(t * c) << 2, 0, contextWeight, 0, 1, 1, sum, sumStep, 0, 1);
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const previous = first ? at(hidden, row, h) : at(states, here - 1, h);
      const input = sums + <usize>row * sumStep;
      const next = at(states, here, h);
      gruCell(h, input, input + (<usize>width << 2), previous, next, next, saved ? at(saved, here, 4 * h) : 0);
    }
  }
}

/**
 * The gradient of {@link additiveGruForward}, with what it saved.
 *
 * @param queryWeight - W transposed, `contextWeight` and `weightHh` as they are; all packed
 * @param dStates - [b, t, h], `dContexts` [b, t, c], `dWeights` [b, t, n]; each may be 0
 * @param wantsHidden - whether the gradient of the first state is wanted
 * @param dHidden - [b, h], receives it
 * @param dGates - [b, t, 3h], receives the gradient of `tokenGates`
 * @param dRecurrent - [b, t, 3h], receives that of the state's part of the gates
 * @param previous - [b, t, h], receives the state before each step
 * @param dContext - [b, t, c], receives all of the gradient of the contexts
 * @param dQuery - [b, t, d]; `dKeys` [b, n, d]; `dV` [b, d], a part for each sequence
 * @param sums - [b, n + 1, padded d], workspace
 */
export function additiveGruGradient(
  begin: i32, end: i32, scratch: usize, productBytes: i32, t: i32, h: i32, n: i32, d: i32, c: i32,
  hidden: usize, keys: usize, readyKeys: usize, values: usize, queryWeight: usize, v: usize, contextWeight: usize, weightHh: usize,
  states: usize, weights: usize, query: usize, saved: usize,
  dStates: usize, dContexts: usize, dWeights: usize, wantsHidden: i32,
  dHidden: usize, dGates: usize, dRecurrent: usize, previous: usize, dContext: usize, dQuery: usize, dKeys: usize, dV: usize, sums: usize,
): void {
  const spare = behindProducts(scratch, productBytes);
  const slopes = spare + 128;
  const readyQuery = slopes + weightBytes(n);
  const readyV = readyQuery + preparedRow(d);
  const sumQuery = readyV + preparedRow(d) + 64;
  const rows = end - begin;
  const width = 3 * h;
  const keyBytes = <usize>n * preparedRow(d);
  const sumStep = keyBytes + preparedRow(d);
  prepareWeights(d, v, readyV);
  memory.fill(at(dHidden, begin, h), 0, <usize>(rows * h) << 2);
  memory.fill(sums + <usize>begin * sumStep, 0, <usize>rows * sumStep);
  for (let step = t - 1; step >= 0; step--) {
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const old = step == 0 ? at(hidden, row, h) : at(states, here - 1, h);
      const gradient = at(dHidden, row, h);
      copy(old, at(previous, here, h), <usize>h << 2);
      const dOut = dStates ? at(dStates, here, h) : 0;
      gruCellGradient(h, at(saved, here, 4 * h), old, dOut, gradient, at(dGates, here, width), at(dRecurrent, here, width));
      if (dContexts) copy(at(dContexts, here, c), at(dContext, here, c), <usize>c << 2);
    }
    const place = begin * t + step;
    const wide = <usize>(t * width) << 2;
    gemm(0, rows, scratch, 0, rows, c, width, at(dGates, place, width), wide, 0, contextWeight, 0, 0, 1, at(dContext, place, c), <usize>(t * c) << 2, 0, i32(dContexts != 0));
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      weightsGradientRow(n, c, at(dContext, here, c), at(values, row * n, c), dWeights ? at(dWeights, here, n) : 0, slopes, spare);
      softmaxRowGradient(n, at(weights, here, n), slopes);
      const from = at(query, here, d);
      const bound = prepareRow(d, from, readyQuery);
      const theseKeys = readyKeys + <usize>row * preparedMatrix(n, d);
      const sumKeys = sums + <usize>row * sumStep;
      scoreRowGradient(n, d, from, at(keys, row * n, d), readyQuery, bound, theseKeys, slopes, sumQuery, sumKeys, sumKeys + keyBytes);
      timesWeights(1, d, sumQuery, readyV, at(dQuery, here, d));
    }
    if (step == 0 && !wantsHidden) break;
    const gradient = at(dHidden, begin, h);
    gemm(0, rows, scratch, 0, rows, h, width, at(dRecurrent, place, width), wide, 0, weightHh, 0, 0, 1, gradient, <usize>h << 2, 0, 1);
    gemm(0, rows, scratch, 0, rows, h, d, at(dQuery, place, d), <usize>(t * d) << 2, 0, queryWeight, 0, 1, 1, gradient, <usize>h << 2, 0, 1);
  }
  for (let row = begin; row < end; row++) {
    const sumKeys = sums + <usize>row * sumStep;
    timesWeights(n, d, sumKeys, readyV, at(dKeys, row * n, d));
    copy(sumKeys + keyBytes, at(dV, row, d), <usize>d << 2);
  }
}
