import type { TensorData } from "@heed/tensor";
import { type Collective, singleProcess } from "../src/index.js";

/** A call of a collective: the array that it got, and what was in it. */
interface Call {
  readonly array: TensorData;
  readonly values: readonly number[];
}

/**
 * One of two processes, without the other: that one has the same values, changed by `change`.
 *
 * @param change - changes the values of call number `call`, from 0; default: both processes have the same values
 */
export function twin(change: (values: TensorData, call: number) => void = () => {}): Collective & { calls: Call[] } {
  const calls: Call[] = [];
  const other = (values: TensorData): TensorData => {
    const changed = values.slice();
    change(changed, calls.length);
    calls.push({ array: values, values: [...values] });
    return changed;
  };
  return {
    ...singleProcess(),
    calls,
    size: 2,
    local: { rank: 0, size: 2 },
    allReduce(values, operation = "sum") {
      for (const [i, value] of other(values).entries()) {
        values[i] = operation === "sum" ? values[i]! + value : Math.max(values[i]!, value);
      }
    },
    broadcast: (values) => values.set(other(values)),
  };
}
