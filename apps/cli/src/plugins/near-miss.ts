import { extensionKind } from "@heed/core";
import type { Exports } from "./import-module.js";

/** Functions that only the definitions of one kind have, and what defines it. */
const defines: Readonly<Record<string, string>> = {
  score: "defineScorer",
  normalize: "defineNormalizer",
  allow: "defineMask",
  fromJSON: "defineTokenizer",
  build: "defineRecipe",
  sample: "defineTask",
  compute: "defineMetric",
  load: "defineBackend",
  create: "defineOptimizer or defineSchedule",
};

/** Describes what a module exports in place of extensions, and what to do. */
export function describeExports(exported: Exports): string {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "object" || value === null || extensionKind(value) !== null) continue;
    if (
      Object.values(value)
        .flat(Number.POSITIVE_INFINITY)
        .some((each) => extensionKind(each) !== null)
    ) {
      return `Its export ${name} has extensions within: export each of them by its own name, or a list of them as the default export.`;
    }
    const field = Object.keys(defines).find((key) => typeof (value as Exports)[key] === "function");
    if (field === undefined) continue;
    return `Its export ${name} is a plain object with the function ${field}: export what ${defines[field]} returns for it.`;
  }
  const names = Object.keys(exported);
  const found = names.length === 0 ? "It exports nothing." : `It exports ${names.join(", ")}.`;
  return `${found} Export what a define… function returns, such as \`export const mine = defineScorer({ … })\`.`;
}
