import type { GruWork } from "../work.js";
import type { Case, Check } from "./case.js";
import { once, referenceOf } from "./reference.js";

/** The encoders of the copy lesson, of the medium and of the large model. */
const sizes: readonly Omit<GruWork, "kind" | "backward">[] = [
  { b: 32, t: 7, i: 32, h: 64 },
  { b: 64, t: 20, i: 256, h: 256 },
  { b: 64, t: 20, i: 256, h: 512 },
];

export const gruCases: readonly Case[] = sizes.flatMap((size) =>
  [false, true].map((backward): Case => {
    const work: GruWork = { kind: "gru", ...size, backward };
    const { b, t, i, h } = size;
    return {
      suite: "gru",
      name: `b ${b} t ${t} i ${i} h ${h}${backward ? ", with gradients" : ""}`,
      work,
      unit: "GFLOP/s",
      // The products alone: forward one of each, backward two.
      amount: 2 * b * t * 3 * h * (i + h) * (backward ? 3 : 1),
      limit: { kind: "limit-fma" },
      checks: checksOf(work),
      quick: h === 64,
    };
  }),
);

/** As for attention: a batch of two, and the first rows of the whole one. */
function checksOf(work: GruWork): Check[] {
  const outputs = work.backward ? ["dX", "dWeightIh", "dWeightHh", "dBiasIh", "dBiasHh"] : ["out"];
  const small = { ...work, b: 2 };
  const expect = once(() => referenceOf(small, outputs));
  return [
    { work: small, runs: 1, expect },
    { work, runs: 1, expect: async () => (await expect()).filter(({ output }) => output === "out" || output === "dX") },
  ];
}
