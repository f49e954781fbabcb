import { assertTensor, Tensor } from "./tensor.js";

/** The same values, through which no gradient flows; shares the memory. */
export function detach(x: Tensor): Tensor {
  assertTensor("detach", "x", x);
  return new Tensor(x.storage.retain(), x.shape, x.dtype);
}
