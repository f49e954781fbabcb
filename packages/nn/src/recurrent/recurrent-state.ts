import { formatShape, ShapeError, type Tensor, zeros } from "@heed/tensor";

/** What one recurrent unit carries from step to step. */
export interface RecurrentState {
  /** `[b, h]`, the unit's output after its last step. */
  readonly hidden: Tensor;
  /** `[b, h]`, the memory of an LSTM; absent for other kinds. */
  readonly cell?: Tensor;
}

/**
 * Applies a function to each tensor of a state, for example to pick the sequences that a search goes on with.
 *
 * @example
 * const survivors = mapState(state, (x) => embedding(x, beams)); // rows by index
 */
export function mapState(state: RecurrentState, fn: (tensor: Tensor) => Tensor): RecurrentState {
  const hidden = fn(state.hidden);
  return state.cell ? { hidden, cell: fn(state.cell) } : { hidden };
}

/** The state that a unit starts from when it is given none: zeros. */
export function zeroState(like: Tensor, batch: number, hiddenSize: number, withCell: boolean): RecurrentState {
  const zero = (): Tensor => zeros([batch, hiddenSize], like.backend);
  return withCell ? { hidden: zero(), cell: zero() } : { hidden: zero() };
}

/**
 * The memory in an LSTM's state.
 * @throws ShapeError when the state comes from another kind of unit
 */
export function cellOf(owner: string, state: RecurrentState): Tensor {
  if (state.cell) return state.cell;
  throw new ShapeError(
    `${owner}: the state needs \`hidden\` and \`cell\`, but has only \`hidden\` ${formatShape(state.hidden.shape)}: it comes from an RNN or a GRU.`,
  );
}
