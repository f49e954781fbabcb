/**
 * Recurrent networks over whole sequences, and back through time. Sequences do not touch each other, so each part of
 * the batch walks through all steps on its own. What concerns all steps at once (the input's projection, the gradients
 * of weights) is left to large products outside.
 */
import { gemm } from "./gemm";
import { copy } from "./layout";
import { addRow } from "./recurrent-lanes";
import { gruRow, gruRowGradient, lstmRow, lstmRowGradient, rnnRow, rnnRowGradient } from "./recurrent-rows";

const RNN_RELU: i32 = 1;
const GRU: i32 = 2;
const LSTM: i32 = 3;

/** How many gates a cell has. */
@inline
function gatesOf(kind: i32): i32 {
  return kind == LSTM ? 4 : kind == GRU ? 3 : 1;
}

/** Whether a sequence has not ended before the given time. */
@inline
function alive(lengths: usize, row: i32, time: i32): bool {
  return !lengths || load<i32>(lengths + (<usize>row << 2)) > time;
}

/** The first of the rows that is alive, or `end`. */
function firstAlive(lengths: usize, begin: i32, end: i32, time: i32): i32 {
  while (begin < end && !alive(lengths, begin, time)) begin++;
  return begin;
}

/** The row behind the last one that is alive, or `begin`. */
function behindAlive(lengths: usize, begin: i32, end: i32, time: i32): i32 {
  while (end > begin && !alive(lengths, end - 1, time)) end--;
  return end;
}

/** Row `row`, or row `row` at a time, of a tensor with `n` floats a row. */
@inline
function at(x: usize, row: i32, n: i32): usize {
  return x + (<usize>row * <usize>n << 2);
}

/**
 * Sequences `begin` … `end` − 1. Kinds: 0 tanh, 1 relu, 2 GRU, 3 LSTM, with G = 1, 1, 3, 4 gates.
 *
 * @param gates - [b, t, G · h], the input's part
 * @param weight - W_hh, [G · h, h], transposed and packed; `bias` [G · h] or 0
 * @param lengths - [b], or 0
 * @param hidden - [b, h], the first states, and `cell` [b, h] for the LSTM
 * @param state - [b, h], receives the last states, and `lastCell` [b, h] for the LSTM
 * @param outputs - [b, t, h], or 0
 * @param active - [b, t, G · h] for the values of gates, which may be `gates` itself, or 0
 * @param extra - [b, t, h], needed whenever `active` is: for the GRU the state's part of n, for the LSTM the cells
 * @param sums - [b, G · h], workspace
 */
export function recurrentForward(
  begin: i32, end: i32, scratch: usize, kind: i32, t: i32, h: i32, reverse: i32,
  gates: usize, weight: usize, bias: usize, lengths: usize, hidden: usize, cell: usize,
  state: usize, lastCell: usize, outputs: usize, active: usize, extra: usize, sums: usize,
): void {
  const width = gatesOf(kind) * h;
  const bytes = <usize>h << 2;
  const rows = <usize>(end - begin);
  copy(at(hidden, begin, h), at(state, begin, h), rows * bytes);
  if (kind == LSTM) copy(at(cell, begin, h), at(lastCell, begin, h), rows * bytes);
  for (let step = 0; step < t; step++) {
    const time = reverse ? t - 1 - step : step;
    const from = firstAlive(lengths, begin, end, time);
    const to = behindAlive(lengths, from, end, time);
    gemm(0, to - from, scratch, 0, to - from, width, h, at(state, from, h), bytes, 0, weight, 0, 1, 1, at(sums, from, width), <usize>width << 2, bias, 0);
    for (let row = begin; row < end; row++) {
      const place = row * t + time;
      const next = at(state, row, h);
      if (alive(lengths, row, time)) {
        const input = at(gates, place, width);
        const sum = at(sums, row, width);
        const saved = active ? at(active, place, width) : 0;
        if (kind == GRU) gruRow(h, input, sum, next, next, saved, at(extra, place, h));
        else if (kind == LSTM) {
          const nextCell = at(lastCell, row, h);
          lstmRow(h, input, sum, nextCell, next, nextCell, saved);
          if (extra) copy(nextCell, at(extra, place, h), bytes);
        } else rnnRow(kind == RNN_RELU, h, input, sum, next);
        if (outputs) copy(next, at(outputs, place, h), bytes);
      } else if (outputs) {
        memory.fill(at(outputs, place, h), 0, bytes);
      }
    }
  }
}

/**
 * The gradient of {@link recurrentForward}, with what it saved.
 *
 * @param weight - W_hh, packed as it is
 * @param outputs - [b, t, h]; for a single step the new state
 * @param dOutputs - [b, t, h], or 0; `dLast` and `dLastCell` [b, h], or 0
 * @param wantsState - whether the gradient of the first state is wanted
 * @param dState - [b, h], receives it, and `dCell` [b, h] that of the first cell for the LSTM
 * @param dGates - [b, t, G · h], receives the gradient of `gates`
 * @param dRecurrent - [b, t, G · h], receives that of the state's part of the gates: the same as `dGates` but for the GRU
 * @param previous - [b, t, h], receives the state before each step; 0 for a single step
 */
export function recurrentBackward(
  begin: i32, end: i32, scratch: usize, kind: i32, t: i32, h: i32, reverse: i32,
  weight: usize, lengths: usize, hidden: usize, cell: usize, outputs: usize, active: usize, extra: usize,
  dOutputs: usize, dLast: usize, dLastCell: usize, wantsState: i32,
  dState: usize, dCell: usize, dGates: usize, dRecurrent: usize, previous: usize,
): void {
  const width = gatesOf(kind) * h;
  const bytes = <usize>h << 2;
  const wide = <usize>width << 2;
  begins(dLast, at(dState, 0, h), begin, end, h);
  if (kind == LSTM) begins(dLastCell, dCell, begin, end, h);
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    const before = reverse ? time + 1 : time - 1;
    for (let row = begin; row < end; row++) {
      const place = row * t + time;
      const dInput = at(dGates, place, width);
      const dSum = at(dRecurrent, place, width);
      // The first step of a sequence, in either direction, is the one without an earlier one alive.
      const first = step == 0 || !alive(lengths, row, before);
      const old = first ? at(hidden, row, h) : at(outputs, row * t + before, h);
      if (previous) copy(old, at(previous, place, h), bytes);
      if (!alive(lengths, row, time)) {
        memory.fill(dInput, 0, wide);
        if (kind == GRU) memory.fill(dSum, 0, wide);
        continue;
      }
      const gradient = at(dState, row, h);
      if (dOutputs) addRow(at(dOutputs, place, h), gradient, h);
      if (kind == GRU) gruRowGradient(h, at(active, place, width), at(extra, place, h), old, gradient, dInput, dSum);
      else if (kind == LSTM) {
        const oldCell = first ? at(cell, row, h) : at(extra, row * t + before, h);
        lstmRowGradient(h, at(active, place, width), oldCell, at(extra, place, h), gradient, at(dCell, row, h), dInput);
      } else rnnRowGradient(kind == RNN_RELU, h, at(outputs, place, h), gradient, dInput);
    }
    if (step == 0 && !wantsState) break;
    const from = firstAlive(lengths, begin, end, time);
    const rows = behindAlive(lengths, from, end, time) - from;
    gemm(0, rows, scratch, 0, rows, h, width, at(dRecurrent, from * t + time, width), wide * <usize>t, 0, weight, 0, 0, 1, at(dState, from, h), bytes, 0, 1);
  }
}

/** A gradient that is carried along begins with that of the last state, or with 0. */
function begins(from: usize, to: usize, begin: i32, end: i32, h: i32): void {
  const bytes = <usize>(end - begin) * <usize>h << 2;
  if (from) copy(at(from, begin, h), at(to, begin, h), bytes);
  else memory.fill(at(to, begin, h), 0, bytes);
}
