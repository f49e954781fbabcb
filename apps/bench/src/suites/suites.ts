import { attentionCases } from "./attention.js";
import type { Case, SuiteName } from "./case.js";
import { decodeCases } from "./decode.js";
import { elementwiseCases } from "./elementwise.js";
import { gruCases } from "./gru.js";
import { matmulCases } from "./matmul.js";
import { softmaxCases } from "./softmax.js";
import { trainCases } from "./train.js";

/** All that can be measured, by suite. */
const suites: Readonly<Record<SuiteName, readonly Case[]>> = {
  matmul: matmulCases,
  elementwise: elementwiseCases,
  softmax: softmaxCases,
  attention: attentionCases,
  gru: gruCases,
  train: trainCases,
  decode: decodeCases,
};

/** The cases whose suite, or `suite name`, contains the filter; without one, all. Some are for graphics cards alone. */
export function selectCases(
  filters: readonly string[],
  { quick, gpu }: { readonly quick: boolean; readonly gpu: boolean },
): Case[] {
  const wanted = filters.map((filter) => filter.toLowerCase());
  return Object.values(suites)
    .flat()
    .filter(
      ({ suite, name }) =>
        wanted.length === 0 || wanted.some((text) => `${suite} ${name}`.toLowerCase().includes(text)),
    )
    .filter((each) => (!quick || each.quick) && (gpu || !each.forCards));
}
