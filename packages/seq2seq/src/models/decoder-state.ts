import type { RecurrentKind, RecurrentState } from "@heed/nn";
import type { DecoderState } from "./seq2seq-model.js";

/** The states of recurrent layers as a flat list of tensors. */
export function packState(states: readonly RecurrentState[]): DecoderState {
  return states.flatMap(({ hidden, cell }) => (cell ? [hidden, cell] : [hidden]));
}

/** The reverse of {@link packState}, for a known number of layers, and what else stands behind their states. */
export function unpackState(
  state: DecoderState,
  layers: number,
  cell: RecurrentKind,
): { readonly layers: RecurrentState[]; readonly rest: DecoderState } {
  const width = cell === "lstm" ? 2 : 1;
  const states = Array.from({ length: layers }, (_, layer): RecurrentState => {
    const hidden = state[layer * width]!;
    return width === 2 ? { hidden, cell: state[layer * width + 1]! } : { hidden };
  });
  return { layers: states, rest: state.slice(layers * width) };
}
