import { zeros } from "./create.js";
import { ShapeError } from "./errors.js";
import { greater } from "./ops/greater.op.js";
import { reshape } from "./ops/reshape.op.js";
import { stack } from "./ops/stack.op.js";
import { unstack } from "./ops/unstack.op.js";
import { where } from "./ops/where.op.js";
import { assertDType } from "./rules.js";
import type { Tensor } from "./tensor.js";

/** How a recurrent network walks along its sequences. */
export interface RecurrenceOptions {
  /** Walk from the end of each sequence to its start. */
  readonly reverse?: boolean;
}

/**
 * Checks the lengths of sequences. Their values are read only where the device is the host: elsewhere a read would wait
 * for the device at every step.
 *
 * @param lengths - `[b]`, or `null`
 * @param steps - the length of the longest sequence, t
 * @throws DTypeError when the lengths are not i32
 * @throws ShapeError when one lies outside of [0, t]
 */
export function checkLengths(op: string, lengths: Tensor | null, steps: number): void {
  if (!lengths) return;
  assertDType(op, "lengths", lengths, "i32");
  if (lengths.backend.downloadSync) assertLengths(op, lengths.dataSync(), steps);
}

/**
 * Checks the lengths of sequences.
 * @throws ShapeError naming the first that is not an integer in [0, t]
 */
export function assertLengths(op: string, lengths: ArrayLike<number>, steps: number): void {
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i]!;
    if (Number.isInteger(length) && length >= 0 && length <= steps) continue;
    throw new ShapeError(
      `${op}: lengths[${i}] must be an integer from 0 to ${steps}, the number of steps, got ${length}.`,
    );
  }
}

/**
 * Applies a step along the time axis. Past the end of a sequence the state stands still and the output is 0, so that a
 * padded batch gives each sequence what it would get alone, in both directions.
 *
 * @param gates - `[b, t, g]`, what the step takes from the input, for all steps at once
 * @param state - `[b, h]` each; the first is the output
 * @param lengths - `[b]`, or `null` when all sequences are `t` long
 * @returns the outputs `[b, t, h]` and the final states; without steps, the given states
 */
export function recur(
  gates: Tensor,
  state: readonly Tensor[],
  lengths: Tensor | null,
  { reverse = false }: RecurrenceOptions,
  step: (gates: Tensor, state: readonly Tensor[]) => readonly Tensor[],
): { outputs: Tensor; state: readonly Tensor[] } {
  const [batch, steps] = gates.shape as [number, number];
  if (steps === 0) return { outputs: zeros([batch, 0, state[0]!.shape[1]!], gates.backend), state };
  const inputs = unstack(gates, { axis: 1 });
  const silence = lengths ? zeros([1, 1], gates.backend) : null;
  const outputs = new Array<Tensor>(inputs.length);
  let current = state;
  for (let i = 0; i < inputs.length; i++) {
    const t = reverse ? inputs.length - 1 - i : i;
    if (lengths && silence) {
      const alive = reshape(greater(lengths, t), { shape: [-1, 1] }); // b 1
      // What a sequence that is over holds, even NaN, has no influence, neither forward nor backward.
      const living = (x: Tensor): Tensor => where(alive, x, silence);
      const next = step(living(inputs[t]!), current.map(living));
      outputs[t] = living(next[0]!);
      const before = current;
      current = next.map((value, index) => where(alive, value, before[index]!));
    } else {
      current = step(inputs[t]!, current);
      outputs[t] = current[0]!;
    }
  }
  return { outputs: stack(outputs, { axis: 1 }), state: current };
}
