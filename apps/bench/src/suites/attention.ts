import type { AttentionWork } from "../work.js";
import type { Case, Check } from "./case.js";
import { once, referenceOf } from "./reference.js";

type Size = Omit<AttentionWork, "backward">;

/** Scaled dot product: eight heads over short sentences, and long ones. Additive: a step of the models, and all at once. */
const sizes: readonly Size[] = [
  { kind: "attention", b: 64, q: 20, k: 20, d: 64 },
  { kind: "attention", b: 16, q: 256, k: 256, d: 64 },
  { kind: "additive", b: 32, q: 1, k: 7, d: 64 },
  { kind: "additive", b: 64, q: 1, k: 20, d: 512 },
  { kind: "additive", b: 64, q: 20, k: 20, d: 256 },
];

export const attentionCases: readonly Case[] = sizes.flatMap((size) =>
  [false, true].map((backward): Case => {
    const { kind, b, q, k, d } = size;
    const work: AttentionWork = { ...size, backward };
    const pairs = b * q * k;
    return {
      suite: "attention",
      name: `${kind === "attention" ? "scaled dot" : "additive scores"}, b ${b} q ${q} k ${k} d ${d}${backward ? ", with gradients" : ""}`,
      work,
      // QKᵀ and PV are 2d operations a pair each, their four gradients 2d each. Of tanh there is no telling.
      ...(kind === "attention"
        ? { unit: "GFLOP/s", amount: pairs * d * (backward ? 12 : 4), limit: { kind: "limit-fma" } }
        : { unit: "Gpairs/s", amount: pairs * d }),
      checks: checksOf(work),
      quick: b === 32,
    };
  }),
);

/**
 * A batch of two, all of it; and the whole batch, whose first rows are the same numbers, and must come out the same (but
 * for the gradient of v, which sums over the batch).
 */
function checksOf(work: AttentionWork): Check[] {
  const outputs = work.backward ? ["dQuery", "dKeys", work.kind === "attention" ? "dValues" : "dV"] : ["out"];
  const small = { ...work, b: Math.min(2, work.b) };
  const expect = once(() => referenceOf(small, outputs));
  return [
    { work: small, runs: 1, expect },
    { work, runs: 1, expect: async () => (await expect()).filter(({ output }) => output !== "dV") },
  ];
}
