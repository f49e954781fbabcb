/**
 * A decoder of gated recurrent units with additive attention before each step, and back through time. Sequences do not
 * touch each other, so each part of the batch walks through all steps on its own. Gradients of weights are left to large
 * products over all steps, outside.
 *
 * Within a step, each kind of work goes through all rows before the next kind begins: rows are independent of each other,
 * so the processor works on several at once, instead of waiting for the end of one.
 */
import { contextRow, softmaxRow, softmaxRowGradient, weightsGradientRow } from "./additive-attention";
import { preparedMatrix, preparedRow, prepareRows, prepareWeights, scoreRow, scoreRowGradient, timesWeights } from "./additive-rows";
import { gemm } from "./gemm";
import { copy } from "./layout";
import { gruCell, gruCellGradient } from "./recurrent-gru-cell";

/** Floats of workspace for a row of n weights. */
@inline
function weightRoom(n: i32): i32 {
  return (n + 15) & ~15;
}

/** Bytes of n prepared rows of d floats. */
export function additiveKeysBytes(n: i32, d: i32): usize {
  return preparedMatrix(n, d);
}

/** Bytes of workspace for each thread, beyond that of products with packed weights. */
export function additiveGruWorkspace(d: i32): usize {
  return 2 * preparedRow(d) + 320;
}

/** Floats of workspace for each sequence in {@link additiveGruForward}. */
export function additiveGruSums(n: i32, h: i32): i32 {
  return 6 * h + weightRoom(n);
}

/** Floats of workspace for each sequence in {@link additiveGruGradient}. */
export function additiveGruGradientSums(n: i32, d: i32): i32 {
  return (n + 1) * i32(preparedRow(d) >> 2) + weightRoom(n);
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
 * @param keys - [b, n, d]; `readyKeys` receives them prepared: b times {@link additiveKeysBytes}
 * @param mask - bool or 0; its neighbours along the batch lie `maskRow` bytes apart, along the keys `maskKey`
 * @param query - [b, t, d], receives the queries; `readyQuery` the same prepared, each on its own
 * @param saved - [b, t, 4h], receives what the gradient of the cells needs, or 0
 * @param sums - b times {@link additiveGruSums}, workspace
 */
export function additiveGruForward(
  begin: i32, end: i32, scratch: usize, productBytes: i32, t: i32, h: i32, n: i32, d: i32, c: i32,
  tokenGates: usize, hidden: usize, keys: usize, readyKeys: usize, values: usize, mask: usize, maskRow: i32, maskKey: i32,
  queryWeight: usize, v: usize, contextWeight: usize, weightHh: usize, biasHh: usize,
  states: usize, contexts: usize, weights: usize, query: usize, readyQuery: usize, saved: usize, sums: usize,
): void {
  const spare = (scratch + <usize>productBytes + 63) & ~63;
  const readyV = spare + 128;
  const rows = end - begin;
  const width = 3 * h;
  const room = additiveGruSums(n, h);
  const roomBytes = <usize>room << 2;
  const keyBytes = preparedMatrix(n, d);
  const queryBytes = preparedMatrix(1, d);
  prepareWeights(d, v, readyV);
  for (let row = begin; row < end; row++) prepareRows(n, d, at(keys, row * n, d), readyKeys + <usize>row * keyBytes);
  for (let step = 0; step < t; step++) {
    const first = step == 0;
    const state = first ? at(hidden, begin, h) : at(states, begin * t + step - 1, h);
    const stateStep = <usize>(first ? h : t * h) << 2;
    const place = begin * t + step;
    const input = at(sums, begin, room);
    const recurrent = input + (<usize>width << 2);
    const weight = recurrent + (<usize>width << 2);
    gemm(0, rows, scratch, 0, rows, d, h, state, stateStep, 0, queryWeight, 0, 0, 1, at(query, place, d), <usize>(t * d) << 2, 0, 0);
    gemm(0, rows, scratch, 0, rows, width, h, state, stateStep, 0, weightHh, 0, 1, 1, recurrent, roomBytes, biasHh, 0);
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      prepareRows(1, d, at(query, here, d), readyQuery + <usize>here * queryBytes);
    }
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const ready = readyQuery + <usize>here * queryBytes;
      scoreRow(n, d, at(query, here, d), at(keys, row * n, d), ready, readyKeys + <usize>row * keyBytes, readyV, at(weight, row - begin, room), spare);
    }
    for (let row = begin; row < end; row++) {
      const own = at(weight, row - begin, room);
      softmaxRow(n, own, mask ? mask + <usize>row * <usize>maskRow : 0, maskKey);
      copy(own, at(weights, row * t + step, n), <usize>n << 2);
    }
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      contextRow(n, c, at(weight, row - begin, room), at(values, row * n, c), at(contexts, here, c));
      copy(at(tokenGates, here, width), at(input, row - begin, room), <usize>width << 2);
    }
    gemm(0, rows, scratch, 0, rows, width, c, at(contexts, place, c), <usize>(t * c) << 2, 0, contextWeight, 0, 1, 1, input, roomBytes, 0, 1);
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const previous = first ? at(hidden, row, h) : at(states, here - 1, h);
      const next = at(states, here, h);
      gruCell(h, at(input, row - begin, room), at(recurrent, row - begin, room), previous, next, next, saved ? at(saved, here, 4 * h) : 0);
    }
  }
}

/**
 * The gradient of {@link additiveGruForward}, with what it saved.
 *
 * @param mask - with `maskRow` and `maskKey` as for {@link additiveGruForward}
 * @param queryWeight - W transposed, `contextWeight` and `weightHh` as they are; all packed
 * @param dStates - [b, t, h], `dContexts` [b, t, c], `dWeights` [b, t, n]; each may be 0
 * @param wantsHidden - whether the gradient of the first state is wanted
 * @param dHidden - [b, h], receives it
 * @param dGates - [b, t, 3h], receives the gradient of `tokenGates`
 * @param dRecurrent - [b, t, 3h], receives that of the state's part of the gates
 * @param previous - [b, t, h], receives the state before each step
 * @param dContext - [b, t, c], receives all of the gradient of the contexts
 * @param dQuery - [b, t, d]; `dKeys` [b, n, d]; `dV` [b, d], a part for each sequence
 * @param sums - b times {@link additiveGruGradientSums}, workspace
 */
export function additiveGruGradient(
  begin: i32, end: i32, scratch: usize, productBytes: i32, t: i32, h: i32, n: i32, d: i32, c: i32,
  hidden: usize, keys: usize, readyKeys: usize, values: usize, mask: usize, maskRow: i32, maskKey: i32,
  queryWeight: usize, v: usize, contextWeight: usize, weightHh: usize,
  states: usize, weights: usize, query: usize, readyQuery: usize, saved: usize,
  dStates: usize, dContexts: usize, dWeights: usize, wantsHidden: i32,
  dHidden: usize, dGates: usize, dRecurrent: usize, previous: usize, dContext: usize, dQuery: usize, dKeys: usize, dV: usize, sums: usize,
): void {
  const spare = (scratch + <usize>productBytes + 63) & ~63;
  const readyV = spare + 128;
  const sumQuery = readyV + preparedRow(d) + 64;
  const rows = end - begin;
  const width = 3 * h;
  const room = additiveGruGradientSums(n, d);
  const keySums = at(sums, begin, room);
  const valueSums = keySums + <usize>n * preparedRow(d);
  const slopes = valueSums + preparedRow(d);
  const keyBytes = preparedMatrix(n, d);
  const queryBytes = preparedMatrix(1, d);
  prepareWeights(d, v, readyV);
  memory.fill(at(dHidden, begin, h), 0, <usize>(rows * h) << 2);
  memory.fill(keySums, 0, <usize>rows * (<usize>room << 2));
  for (let step = t - 1; step >= 0; step--) {
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const old = step == 0 ? at(hidden, row, h) : at(states, here - 1, h);
      copy(old, at(previous, here, h), <usize>h << 2);
      const dOut = dStates ? at(dStates, here, h) : 0;
      gruCellGradient(h, at(saved, here, 4 * h), old, dOut, at(dHidden, row, h), at(dGates, here, width), at(dRecurrent, here, width));
      if (dContexts) copy(at(dContexts, here, c), at(dContext, here, c), <usize>c << 2);
    }
    const place = begin * t + step;
    const wide = <usize>(t * width) << 2;
    gemm(0, rows, scratch, 0, rows, c, width, at(dGates, place, width), wide, 0, contextWeight, 0, 0, 1, at(dContext, place, c), <usize>(t * c) << 2, 0, i32(dContexts != 0));
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      weightsGradientRow(n, c, at(dContext, here, c), at(values, row * n, c), dWeights ? at(dWeights, here, n) : 0, at(slopes, row - begin, room), spare);
    }
    for (let row = begin; row < end; row++) {
      const own = mask ? mask + <usize>row * <usize>maskRow : 0;
      softmaxRowGradient(n, at(weights, row * t + step, n), at(slopes, row - begin, room), own, maskKey);
    }
    for (let row = begin; row < end; row++) {
      const here = row * t + step;
      const ready = readyQuery + <usize>here * queryBytes;
      scoreRowGradient(
        n, d, at(query, here, d), at(keys, row * n, d), ready, readyKeys + <usize>row * keyBytes, readyV,
        at(slopes, row - begin, room), sumQuery, at(keySums, row - begin, room), at(valueSums, row - begin, room),
      );
      timesWeights(1, d, sumQuery, readyV, at(dQuery, here, d));
    }
    if (step == 0 && !wantsHidden) break;
    const gradient = at(dHidden, begin, h);
    gemm(0, rows, scratch, 0, rows, h, width, at(dRecurrent, place, width), wide, 0, weightHh, 0, 0, 1, gradient, <usize>h << 2, 0, 1);
    gemm(0, rows, scratch, 0, rows, h, d, at(dQuery, place, d), <usize>(t * d) << 2, 0, queryWeight, 0, 1, 1, gradient, <usize>h << 2, 0, 1);
  }
  for (let row = begin; row < end; row++) {
    timesWeights(n, d, at(keySums, row - begin, room), readyV, at(dKeys, row * n, d));
    copy(at(valueSums, row - begin, room), at(dV, row, d), <usize>d << 2);
  }
}
