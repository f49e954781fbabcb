import type { RecurrentState } from "@heed/nn";
import type { DecoderState } from "./seq2seq-model.js";

/** The states of recurrent layers as a flat list of tensors. */
export function packState(states: readonly RecurrentState[]): DecoderState {
  return states.flatMap(({ hidden, cell }) => (cell ? [hidden, cell] : [hidden]));
}

/** The reverse of {@link packState}, for a known number of layers. */
export function unpackState(state: DecoderState, layers: number): RecurrentState[] {
  const width = state.length / layers;
  return Array.from({ length: layers }, (_, layer) => {
    const hidden = state[layer * width]!;
    const cell = width === 2 ? state[layer * width + 1] : undefined;
    return cell ? { hidden, cell } : { hidden };
  });
}
