import type { PlantedFault } from "@heed/core/testing";
import { defineMetric, type MetricExtension, type MetricInput, meanStatistics } from "../src/index.js";
import type { MetricPlant } from "./more-metric-faults.js";

/** The words in place, and all words, of a sentence. */
const countsOf = (
  { hypothesisTokens, referenceTokens }: MetricInput,
  i: number,
): readonly [right: number, all: number] => {
  const [hypothesis, reference] = [hypothesisTokens[i]!, referenceTokens[i]!];
  const right = reference.filter((word, j) => word === hypothesis[j]).length;
  return [right, Math.max(hypothesis.length, reference.length)];
};

const rowsOf = (input: MetricInput): (readonly [number, number])[] =>
  input.hypotheses.map((_, i) => countsOf(input, i));
const sharesOf = (rows: readonly (readonly [number, number])[]) =>
  meanStatistics(
    rows.map(([right, all]) => right / all),
    rows.map(([, all]) => all),
  );

const healthy = defineMetric({
  ...{ name: "planted", summary: "the share of words in place", higherIsBetter: true, perfect: 1, options: {} },
  compute(input) {
    const sum = rowsOf(input).reduce(([a, b], [right, all]) => [a + right, b + all], [0, 0]);
    return sum[0] / sum[1];
  },
  statistics: (input) => sharesOf(rowsOf(input)),
  signature: (_, { references = 1, bootstrap = 0 }) => `planted|nrefs:${references}|bs:${bootstrap}|version:1`,
});

type Statistics = NonNullable<MetricExtension["statistics"]>;
type Signature = NonNullable<MetricExtension["signature"]>;

const row = (name: string, change: Partial<MetricExtension>, caughtBy: string | null): PlantedFault<MetricPlant> => ({
  ...{ name, caughtBy },
  plant: { definition: { ...healthy, ...change }, given: {} },
});
const statistics = (name: string, change: Statistics): PlantedFault<MetricPlant> =>
  row(name, { statistics: change }, "statistics give the value");
const signature = (name: string, change: Signature): PlantedFault<MetricPlant> =>
  row(name, { signature: change }, "the signature is one line");

/** Metrics with statistics and a signature, one without a fault, the others with one. */
export const statisticsFaults: readonly PlantedFault<MetricPlant>[] = [
  row("no fault: statistics and a signature", {}, null),
  row("no fault: neither statistics nor a signature", { statistics: undefined, signature: undefined }, null),
  statistics("a mean of shares, where the value is a share of all words", (input) =>
    meanStatistics(rowsOf(input).map(([right, all]) => right / all)),
  ),
  statistics("a row too few", (input) => sharesOf(rowsOf(input).slice(1))),
  statistics("all in the first row", (input) => {
    const rows = rowsOf(input);
    const sum = rows.reduce(([a, b], [right, all]) => [a + right, b + all], [0, 0]);
    return meanStatistics(
      rows.map(() => sum[0]! / sum[1]!),
      rows.map((_, i) => (i === 0 ? sum[1]! : 0)),
    );
  }),
  statistics("rows that depend on the number of sentences", (input) => {
    const rows = rowsOf(input);
    return meanStatistics(
      rows.map(([right, all]) => right / all),
      rows.map(([, all]) => all / rows.length),
    );
  }),
  statistics("no number for a part without sentences", (input) => ({
    ...sharesOf(rowsOf(input)),
    score: (sums) => sums[0]! / sums[1]!,
  })),
  signature("an empty signature", () => ""),
  signature("a signature of two lines", () => "planted\nversion:1"),
  signature("a signature without the number of references and the samples", () => "planted|version:1"),
  signature("options of a signature that are not checked", (_, context) => healthy.signature!({}, context)),
];
