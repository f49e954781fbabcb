import type { OptionSpecs, OptionValues } from "@heed/core";
import type { PlantedFault } from "@heed/core/testing";
import { defineMetric, type MetricExtension, type MetricInput } from "../src/index.js";
import type { MetricChecksOptions } from "../src/testing/index.js";
import { type MetricPlant, moreMetricFaults } from "./more-metric-faults.js";

interface Options {
  readonly power: number;
}

const specs: OptionSpecs<Options> = {
  power: { type: "number", above: 0, minimum: 0.5, default: 1, meaning: "Power to which the share is raised." },
};

/** The share of words in place, of 1: what faults are planted in. */
function share({ hypothesisTokens, referenceTokens }: MetricInput): number {
  let right = 0;
  let total = 0;
  for (const [i, reference] of referenceTokens.entries()) {
    const hypothesis = hypothesisTokens[i]!;
    for (let j = 0; j < Math.max(reference.length, hypothesis.length); j++) {
      if (reference[j] === hypothesis[j]) right++;
      total++;
    }
  }
  return right / total;
}

const define = (
  compute: (input: MetricInput, options: Options) => number,
  change: Partial<MetricExtension> = {},
): MetricExtension => {
  const { higherIsBetter = true, perfect = 1 } = change;
  const definition = { name: "planted", summary: "a test", higherIsBetter, perfect, options: specs, compute };
  return { ...defineMetric<Options>(definition), ...change };
};

const healthy = define((input, { power }) => share(input) ** power);

/** Compares other hypotheses or references. */
const compared = (change: (input: MetricInput) => Partial<MetricInput>): MetricExtension =>
  define((input) => share({ ...input, ...change(input) }));

const row = (
  name: string,
  definition: MetricExtension,
  caughtBy: string | null,
  given: MetricChecksOptions = {},
): PlantedFault<MetricPlant> => ({ name, plant: { definition, given }, caughtBy });

const words = (lines: readonly (readonly string[])[]): number => lines.reduce((sum, line) => sum + line.length, 0);
const ratio = ({ hypothesisTokens, referenceTokens }: MetricInput): number =>
  words(hypothesisTokens) / words(referenceTokens);
let calls = 0;
let first: MetricInput | null = null;
let total = 0;
const known = new Map<string, number>();

const perfect = "perfect hypotheses get the perfect value";
const best = "no hypotheses are better than perfect ones";
const each = "each wrong sentence counts";
const range = "values are finite and in range";
const order = "the order of sentences does not matter";
const alone = "calls do not affect each other";
const inputs = "inputs are not changed";
const lists = "lists of different lengths are refused";
const options = "options are checked";

/** Metrics without a fault, and metrics with one. */
export const metricFaults: readonly PlantedFault<MetricPlant>[] = [
  row("no fault", healthy, null),
  row("no fault: with an option", healthy, null, { options: { power: 2 } }),
  row(
    "no fault: lower is better",
    define((input) => 1 - share(input), { higherIsBetter: false, perfect: 0 }),
    null,
    { range: [0, 1] },
  ),
  row("no fault: a ratio of lengths, declared as such", define(ratio, { higherIsBetter: false }), null, {
    perfectIsBest: false,
  }),
  row("a share of 1 where 100 is declared", define(share, { perfect: 100 }), perfect),
  row(
    "sources in place of references",
    compared(({ sources }) => ({ referenceTokens: sources.map((line) => [line]) })),
    perfect,
  ),
  row(
    "<eos> counted in the total alone",
    define((input) => share(input) * (1 - 1 / (1 + words(input.referenceTokens)))),
    perfect,
  ),
  row(
    "the sentence after it in place of the reference",
    compared(({ referenceTokens }) => ({ referenceTokens: [...referenceTokens.slice(1), referenceTokens[0]!] })),
    perfect,
  ),
  row("a wrong higherIsBetter", define(share, { higherIsBetter: false }), best),
  row("a ratio of lengths, not declared", define(ratio), best),
  row(
    "a bonus for hypotheses that are longer",
    define((input) => Math.min(1, share(input)) + Math.max(0, ratio(input) - 1)),
    best,
  ),
  row(
    "a bonus when the first hypothesis is wrong",
    define((input) => share(input) + (input.hypotheses[0] === input.references[0] ? 0 : 0.1), {}),
    order,
  ),
  row(
    "hypotheses compared with themselves",
    compared(({ hypothesisTokens }) => ({ referenceTokens: hypothesisTokens })),
    each,
  ),
  row(
    "the last sentence left out",
    compared(({ hypothesisTokens, referenceTokens }) =>
      referenceTokens.length < 2
        ? {}
        : { hypothesisTokens: hypothesisTokens.slice(0, -1), referenceTokens: referenceTokens.slice(0, -1) },
    ),
    each,
  ),
  row(
    "the first sentence alone",
    compared(({ hypothesisTokens, referenceTokens }) => ({
      hypothesisTokens: hypothesisTokens.slice(0, 1),
      referenceTokens: referenceTokens.slice(0, 1),
    })),
    each,
  ),
  row(
    "sentences without ASCII letters left out",
    compared(({ hypothesisTokens, referenceTokens, references }) => ({
      hypothesisTokens: hypothesisTokens.filter((_, i) => /[a-z]{3}/.test(references[i]!)),
      referenceTokens: referenceTokens.filter((_, i) => /[a-z]{3}/.test(references[i]!)),
    })),
    each,
  ),
  row(
    "lengths compared in place of words",
    define(({ hypothesisTokens, referenceTokens }) => {
      const right = referenceTokens.filter((line, i) => line.length === hypothesisTokens[i]!.length);
      return right.length / referenceTokens.length;
    }),
    each,
  ),
  row(
    "1 for any number of errors above half",
    define((input) => (share(input) > 0.5 ? 1 : share(input))),
    each,
  ),
  row(
    "a division by the length of the hypothesis's text",
    define((input) => share(input) * (input.hypotheses.some((line) => line === "") ? 0 / 0 : 1)),
    range,
  ),
  row(
    "minus infinity for empty hypotheses",
    define(
      (input) =>
        Math.exp(Math.log(share(input))) -
        (input.hypotheses.every((line) => line.trim() === "") ? Number.POSITIVE_INFINITY : 0),
    ),
    range,
  ),
  row(
    "negative values",
    define((input) => 2 * share(input) - 1),
    range,
  ),
  row(
    "values above the perfect one",
    define(
      (input) =>
        share(input) * (input.references.some((line) => line.length > 1000) ? 0.5 : 1) +
        (input.hypotheses[0]!.length > 1000 ? 1 : 0),
    ),
    range,
  ),
  row(
    "words that are property names of objects",
    define((input) => {
      const counts: Record<string, number> = {};
      for (const word of input.hypothesisTokens.flat()) counts[word] = (counts[word] ?? 0) + 1;
      return share(input) * (Object.values(counts).every(Number.isInteger) ? 1 : Number.NaN);
    }),
    range,
  ),
  row(
    "a stack overflow for many words",
    define(
      (input) =>
        share(input) *
        (Math.max(
          ...input.hypotheses
            .join(" ")
            .repeat(20)
            .split("")
            .map((_, i) => i),
        ) >= 0
          ? 1
          : 0),
    ),
    range,
  ),
  row(
    "later sentences that count more",
    define(({ hypothesisTokens, referenceTokens }) => {
      let sum = 0;
      let all = 0;
      for (const [i, line] of referenceTokens.entries()) {
        all += i + 1;
        if (String(line) === String(hypothesisTokens[i])) sum += i + 1;
      }
      return sum / all;
    }),
    order,
  ),
  row(
    "a sentence compared with the one before",
    define((input) => share(input) * (input.hypotheses[0]! < input.hypotheses.at(-1)! ? 1 : 0.9), {}),
    order,
  ),
  row(
    "noise from Math.random",
    define((input) => share(input) * (1 - 1e-3 * Math.random())),
    order,
  ),
  row(
    "a counter of calls",
    define((input) => share(input) / (1 + 1e-4 * calls++)),
    alone,
  ),
  row(
    "references of the first call",
    define((input) => {
      first ??= input;
      return (
        share({
          ...input,
          referenceTokens:
            input.referenceTokens.length === first.referenceTokens.length
              ? first.referenceTokens
              : input.referenceTokens,
        }) *
        (1 - 1e-6 * total++)
      );
    }),
    alone,
  ),
  row(
    "a cache by the first hypothesis",
    define((input) => {
      const key = String(input.hypotheses[0]);
      const value = known.get(key) ?? share(input) + 1e-3 * known.size;
      known.set(key, value);
      return value;
    }),
    each,
  ),
  row(
    "hypotheses that are sorted in place",
    define((input) => {
      (input.hypotheses as string[]).sort();
      return share(input);
    }),
    inputs,
  ),
  row(
    "<eos> that is removed in place",
    define((input) => {
      for (const line of input.hypothesisTokens as string[][]) if (line.length > 3) line.push(line.pop()!);
      return share(input);
    }),
    inputs,
  ),
  row(
    "an option that is written",
    define((input, chosen) => {
      (input as { seen?: boolean }).seen = true;
      return share(input) ** chosen.power;
    }),
    inputs,
  ),
  row(
    "lists that are not checked",
    {
      ...healthy,
      compute: (input: MetricInput, given?: OptionValues) =>
        healthy.compute({ ...input, sources: input.hypotheses }, given),
    },
    lists,
  ),
  row(
    "empty lists that give 0",
    {
      ...healthy,
      compute: (input: MetricInput, given?: OptionValues) =>
        input.references?.length === 0 ? 0 : healthy.compute(input, given),
    },
    lists,
  ),
  row(
    "a TypeError for lists that are too short",
    {
      ...healthy,
      compute: (input: MetricInput, given?: OptionValues) => {
        if (input.references?.length !== input.hypotheses?.length) throw new TypeError("undefined");
        return healthy.compute(input, given);
      },
    },
    lists,
  ),
  row("options that are not checked", { ...healthy, compute: (input: MetricInput) => healthy.compute(input) }, options),
  row(
    "an option whose wrong values are replaced",
    {
      ...healthy,
      compute: (input: MetricInput, given: OptionValues = {}) =>
        healthy.compute(input, typeof given.power === "number" ? given : { ...given, power: 1 }),
    },
    options,
  ),
  ...moreMetricFaults,
];
