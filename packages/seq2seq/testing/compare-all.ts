import type { Tensor } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { expect } from "vitest";

/** Compares tensors one by one; a gradient of `null` is 0. */
export async function compareAll(
  what: string,
  actual: readonly (Tensor | null)[],
  expected: readonly (Tensor | null)[],
): Promise<void> {
  for (const [i, reference] of expected.entries()) {
    const tensor = actual[i];
    if (!reference || !tensor) {
      expect((await (reference ?? tensor)?.data())?.some((value) => value !== 0) ?? false).toBe(false);
      continue;
    }
    assertClose(`${what} ${i}`, await toHost(tensor), await toHost(reference), 1e-9);
  }
}
