import type { Random } from "@heed/core";
import { Linear, Module, type RecurrentState } from "@heed/nn";
import { concat, type Tensor, tanh } from "@heed/tensor";

/**
 * Hands the encoder's last states to the decoder as its first, layer by layer. With an encoder in one direction they are
 * the same; with one in both, the two directions are projected to one state, tanh(W [forward; backward]).
 *
 * Source: Bahdanau et al. 2015, arXiv:1409.0473, App. A.2.2, which takes the backward state alone.
 */
export class Bridge extends Module {
  readonly hidden: Linear | null;
  readonly cell: Linear | null;

  constructor(options: { bidirectional: boolean; hiddenSize: number; hasCell: boolean; random: Random }) {
    super();
    const { bidirectional, hiddenSize, hasCell, random } = options;
    const project = (): Linear => new Linear({ inFeatures: 2 * hiddenSize, outFeatures: hiddenSize, random });
    this.hidden = bidirectional ? project() : null;
    this.cell = bidirectional && hasCell ? project() : null;
  }

  /** @param last - one state a layer and direction; returns one state a layer */
  forward(last: readonly RecurrentState[]): readonly RecurrentState[] {
    const { hidden, cell } = this;
    if (!hidden) return last;
    return Array.from({ length: last.length / 2 }, (_, layer) => {
      const forward = last[2 * layer]!;
      const backward = last[2 * layer + 1]!;
      const joined = (a: Tensor, b: Tensor): Tensor => concat([a, b], { axis: 1 }); // b 2h
      const state = { hidden: tanh(hidden.forward(joined(forward.hidden, backward.hidden))) };
      if (!cell || !forward.cell || !backward.cell) return state;
      return { ...state, cell: cell.forward(joined(forward.cell, backward.cell)) };
    });
  }
}
