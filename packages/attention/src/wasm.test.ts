import { wasm } from "@heed/backend-wasm";
import { Random } from "@heed/core";
import { add, type Backend, cpu, Draw, mul, Parameter, parseLegend, sum, use, valueAndGrad, zeros } from "@heed/tensor";
import { assertClose, type HostTensor, toHost } from "@heed/tensor/testing";
import { beforeAll, describe, test } from "vitest";
import { Attention } from "./attention.js";
import { makeMask } from "./mask.js";
import { paddingMask } from "./masks/padding-mask.js";
import type { Normalizer } from "./normalizer.js";
import { builtInNormalizers } from "./normalizers/index.js";
import type { Scorer } from "./scorer.js";
import { builtInScorers } from "./scorers/index.js";

/** Wider than a vector of the kernels, and no multiple of it. */
const [b, q, k, heads] = [3, 4, 19, 2];

/** Weights, context and every gradient, on the backend in use. */
async function run(scorer: Scorer, normalizer: Normalizer): Promise<Record<string, HostTensor>> {
  const [query, keys] = parseLegend(scorer.shapes).inputs.map(({ axes }) => axes.at(-1)?.name);
  const [dq, dk] = query === keys ? [18, 18] : [18, 13];
  const attention = new Attention({
    scorer,
    normalizer,
    querySize: dq,
    keySize: dk,
    attentionSize: 22,
    valueSize: 6,
    heads,
    radius: 3,
    random: new Random(2),
  });
  const draw = new Draw(3);
  const learned: Record<string, Parameter> = {
    query: new Parameter(draw.randn(b, q, dq)),
    keys: new Parameter(draw.randn(b, k, dk)),
    values: new Parameter(draw.randn(b, k, 6)),
    ...attention.scorer,
  };
  const lengths = draw.lengths(k, b);
  const attend = () => {
    const mask = makeMask(paddingMask, { keys: k, lengths });
    return attention.forward(
      learned.query!,
      attention.prepare(learned.keys!, { values: learned.values!, mask, lengths }),
    );
  };
  const attended = attend();
  const weights = attended.heads ?? attended.weights;
  const cotangents = [draw.randn(...weights.shape), draw.randn(...attended.context.shape)] as const;
  const loss = () => {
    const { heads: parts, weights: mean, context } = attend();
    return add(sum(mul(parts ?? mean, cotangents[0])), sum(mul(context, cotangents[1])));
  };
  const { gradients } = valueAndGrad(loss, Object.values(learned));
  const made = Object.entries(learned).map(
    ([name, { shape }], i) => [`gradient for ${name}`, gradients[i] ?? zeros(shape)] as const,
  );
  const read = [["weights", weights] as const, ["context", attended.context] as const, ...made];
  return Object.fromEntries(await Promise.all(read.map(async ([name, x]) => [name, await toHost(x)] as const)));
}

describe("on WebAssembly as on the reference", () => {
  let fast: Backend;
  beforeAll(async () => {
    fast = await wasm({ threads: 2 });
  });

  for (const scorer of builtInScorers as readonly Scorer[]) {
    test.each(builtInNormalizers)(`${scorer.name} with $name`, async (normalizer) => {
      await use(cpu({ precision: "f64" }));
      const expected = await run(scorer, normalizer);
      await use(fast);
      const actual = await run(scorer, normalizer);
      for (const [name, values] of Object.entries(expected)) assertClose(name, actual[name]!, values, 1e-5);
    });
  }
});
