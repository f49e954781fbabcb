import { concat, slice, type Tensor } from "@heed/tensor";

/** The entries at `indices` along an axis, in that order. */
export function pick(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  return concat(
    indices.map((index) => slice(x, { axis, start: index, end: index + 1 })),
    { axis },
  );
}

/** The indices 0 … count − 1 in another order, where there is one; neither the first nor the last stays. */
export function shuffled(count: number): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  const [odd, even] = [1, 0].map((rest) => indices.filter((index) => index % 2 === rest).reverse());
  return [...odd!, ...even!];
}
