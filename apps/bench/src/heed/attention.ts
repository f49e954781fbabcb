import { additiveScores, attention, scope } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import type { AttentionWork } from "../work.js";
import { forwardKernel, gradientKernel, input } from "./kernel.js";

export function prepareAttention({ kind, b, q, k, d, backward }: AttentionWork): Prepared {
  const dQuery = input(1, [b, q, d], 2);
  const dKeys = input(2, [b, k, d], 2);
  if (kind === "attention") {
    const dValues = input(3, [b, k, d], 2);
    if (!backward) {
      return forwardKernel([dQuery, dKeys, dValues], () => scope(() => attention(dQuery, dKeys, dValues, null, {})[0]));
    }
    return gradientKernel(
      { dQuery, dKeys, dValues },
      input(4, [b, q, d], 2),
      ([query, keys, values]) => attention(query!, keys!, values!, null, {})[0],
    );
  }
  const dV = input(3, [d], 2 / Math.sqrt(d));
  if (!backward) return forwardKernel([dQuery, dKeys, dV], () => scope(() => additiveScores(dQuery, dKeys, dV)));
  return gradientKernel({ dQuery, dKeys, dV }, input(4, [b, q, k], 2), ([query, keys, v]) =>
    additiveScores(query!, keys!, v!),
  );
}
