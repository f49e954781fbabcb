import { formatShape, ShapeError, type Tensor, zeros } from "@heed/tensor";

/** The state of a recurrent unit between two steps. */
export interface RecurrentState {
  /** `[b, h]`, the output of the unit's last step. */
  readonly hidden: Tensor;
  /** `[b, h]`, the cell of an LSTM; absent for other kinds. */
  readonly cell?: Tensor;
}

/** Returns the initial state of a unit: zeros. */
export function zeroState(like: Tensor, batch: number, hiddenSize: number, withCell: boolean): RecurrentState {
  const zero = (): Tensor => zeros([batch, hiddenSize], like.backend);
  return withCell ? { hidden: zero(), cell: zero() } : { hidden: zero() };
}

/**
 * Returns the cell of an LSTM's state.
 * @throws ShapeError when the state belongs to another kind of unit
 */
export function cellOf(owner: string, state: RecurrentState): Tensor {
  if (state.cell) return state.cell;
  throw new ShapeError(
    `${owner}: the state needs \`hidden\` and \`cell\`, got only \`hidden\` ${formatShape(state.hidden.shape)}, which comes from an RNN or a GRU.`,
  );
}
