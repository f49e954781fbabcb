import type { Check } from "@heed/core/testing";
import {
  type AnyOp,
  type Backend,
  cpu,
  type DeviceBuffer,
  gather,
  type Primitives,
  sum,
  type TensorData,
} from "../src/index.js";
import { backendChecks } from "../src/testing/index.js";

/** A backend that differs from the reference. */
export type Change = (reference: Backend) => Partial<Backend>;

/** The values of a buffer, to be changed. */
export const valuesOf = (buffer: DeviceBuffer): TensorData => (buffer as DeviceBuffer & { values: TensorData }).values;
/** Changes the values of a new buffer. */
export const edited = (buffer: DeviceBuffer, edit: (values: TensorData) => void): DeviceBuffer => {
  edit(valuesOf(buffer));
  return buffer;
};
/** A kernel of the reference whose results are edited. */
export const after =
  <
    K extends
      | "gather"
      | "scatterAdd"
      | "slice"
      | "pad"
      | "concat"
      | "transpose"
      | "expand"
      | "where"
      | "argmax"
      | "uniform"
      | "fill"
      | "cast",
  >(
    kernel: K,
    edit: (values: TensorData, ...given: Parameters<Primitives[K]>) => void,
  ): Change =>
  (reference) => ({
    [kernel]: (...given: Parameters<Primitives[K]>) => {
      const run = reference[kernel] as (...given: Parameters<Primitives[K]>) => DeviceBuffer;
      return edited(run(...given), (values) => edit(values, ...given));
    },
  });
/** The last index. */
export const last = (values: TensorData): number => values.length - 1;
/** Name of the check of a kernel. */
export const at = (kernel: string): string => `kernel: ${kernel} at many sizes`;

/** Checks of the backend with its change, for some operations. */
export function checksOf(change: Change, ops: readonly AnyOp[] = [gather, sum]): Check[] {
  const reference = cpu();
  return backendChecks(() => ({ ...reference, ...change(reference) }), { ops });
}
