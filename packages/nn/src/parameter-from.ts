import { Parameter, type Tensor } from "@heed/tensor";

/**
 * A parameter that takes a freshly made tensor over: the tensor itself is freed, so that the parameter alone holds the
 * memory. PyTorch: `nn.Parameter(tensor)`.
 *
 * @example
 * const v = parameterFrom(xavierUniform([64, 32], random));
 */
export function parameterFrom(value: Tensor): Parameter {
  const parameter = new Parameter(value);
  value.dispose();
  return parameter;
}
