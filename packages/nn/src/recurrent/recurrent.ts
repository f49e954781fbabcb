import { HeedError } from "@heed/core";
import { GRU } from "./gru.js";
import { GRUCell } from "./gru-cell.js";
import { LSTM } from "./lstm.js";
import { LSTMCell } from "./lstm-cell.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { RecurrentLayer } from "./recurrent-layer.js";
import { RNN, type RNNOptions } from "./rnn.js";
import { RNNCell, type RNNCellOptions } from "./rnn-cell.js";

/** The kinds of recurrent units, as configurations name them. */
export const recurrentKinds = ["rnn", "gru", "lstm"] as const;

export type RecurrentKind = (typeof recurrentKinds)[number];

/** Options of a layer of any kind; `nonlinearity` is for `rnn` alone. */
export type AnyLayerOptions = RNNOptions;

/** Options of a cell of any kind; `nonlinearity` is for `rnn` alone. */
export type AnyCellOptions = RNNCellOptions;

/**
 * An {@link RNN}, a {@link GRU} or an {@link LSTM}, by name.
 *
 * @throws HeedError for an unknown kind, and for a nonlinearity that the kind does not have
 * @example
 * const encoder = recurrentLayer("gru", { inputSize: 32, hiddenSize: 64, random });
 */
export function recurrentLayer(kind: RecurrentKind, options: AnyLayerOptions): RecurrentLayer {
  check("recurrentLayer", kind, options);
  if (kind === "rnn") return new RNN(options);
  const { nonlinearity: _, ...own } = options;
  return kind === "gru" ? new GRU(own) : new LSTM(own);
}

/**
 * An {@link RNNCell}, a {@link GRUCell} or an {@link LSTMCell}, by name.
 *
 * @throws HeedError for an unknown kind, and for a nonlinearity that the kind does not have
 * @example
 * const cell = recurrentCell("lstm", { inputSize: 32, hiddenSize: 64, random });
 * const state = cell.step(cell.project(x), cell.initialState(b)); // state.hidden: [b, 64]
 */
export function recurrentCell(kind: RecurrentKind, options: AnyCellOptions): RecurrentCell {
  check("recurrentCell", kind, options);
  if (kind === "rnn") return new RNNCell(options);
  const { nonlinearity: _, ...own } = options;
  return kind === "gru" ? new GRUCell(own) : new LSTMCell(own);
}

function check(owner: string, kind: RecurrentKind, { nonlinearity }: { readonly nonlinearity?: string }): void {
  if (!recurrentKinds.includes(kind)) {
    throw new HeedError(`${owner}: there is no kind "${kind}"; choose one of ${recurrentKinds.join(", ")}.`);
  }
  if (nonlinearity !== undefined && kind !== "rnn") {
    throw new HeedError(`${owner}: a nonlinearity is for "rnn" alone, but came with "${kind}".`);
  }
}
