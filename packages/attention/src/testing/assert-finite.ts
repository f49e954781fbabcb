import { formatShape, type Tensor } from "@heed/tensor";
import { CheckError } from "@heed/tensor/testing";

/** @throws CheckError naming the first number that is NaN or infinite */
export async function assertFinite(what: string, tensor: Tensor): Promise<void> {
  const values = await tensor.data();
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new CheckError(
      `${what}: element ${index} of ${formatShape(tensor.shape)} is ${values[index]}; it must be finite.`,
    );
}
