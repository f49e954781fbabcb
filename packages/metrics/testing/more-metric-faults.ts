import type { PlantedFault } from "@heed/core/testing";
import { defineMetric, type MetricExtension, type MetricInput } from "../src/index.js";
import type { MetricChecksOptions } from "../src/testing/index.js";

/** A metric, and how it is declared. */
export interface MetricPlant {
  readonly definition: MetricExtension;
  readonly given: MetricChecksOptions;
}

/** A metric of the range 0 to 1, of which 1 is perfect. */
const row = (
  name: string,
  compute: (input: MetricInput) => number,
  caughtBy: string | null,
): PlantedFault<MetricPlant> => {
  const head = { name: "planted", summary: "a test", higherIsBetter: true, perfect: 1, options: {} };
  return { name, plant: { definition: defineMetric({ ...head, compute }), given: {} }, caughtBy };
};

const words = (line: string): string[] => line.split(/\s+/u).filter(Boolean);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The share of sentences that are right. */
const share =
  (isRight: (hypothesis: string, reference: string, index: number) => boolean) =>
  ({ hypotheses, references }: MetricInput): number =>
    mean(hypotheses.map((line, i) => (isRight(line, references[i]!, i) ? 1 : 0)));

const exact = share((a, b) => a === b);
const ascii = (line: string): string => line.replace(/[^\x20-\x7e]/gu, "");

/** Twice the number of common words, divided by that of all words. */
function common(a: readonly string[], b: readonly string[]): number {
  const counts: Record<string, number> = {};
  for (const word of b) counts[word] = (counts[word] ?? 0) + 1;
  const right = a.filter((word) => counts[word]!-- > 0).length;
  return (2 * right) / Math.max(1, a.length + b.length);
}

/** The least number of words to insert, delete and replace. */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = [...Array(b.length + 1).keys()];
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (word === other ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

const ter = defineMetric({
  name: "planted",
  summary: "edits for each word",
  higherIsBetter: false,
  perfect: 0,
  options: {},
  compute({ hypotheses, references }) {
    const edits = hypotheses.map((line, i) => distance(words(line), words(references[i]!)));
    const length = words(references.join(" ")).length;
    return edits.reduce((a, b) => a + b) / Math.max(1, length);
  },
});

/** Counts calls: noise that differs from call to call, in the same way in every run. */
let draws = 0;

const each = "each wrong sentence counts";
const range = "values are finite and in range";
const alone = "calls do not affect each other";

/** More metrics without a fault, and with one. */
export const moreMetricFaults: readonly PlantedFault<MetricPlant>[] = [
  { name: "no fault: an edit rate, which may be above 1", plant: { definition: ter, given: {} }, caughtBy: null },
  row("no fault: sentences that are right", exact, null),
  row(
    "the beginning of each sentence",
    share((a, b) => a.slice(0, 8) === b.slice(0, 8)),
    each,
  ),
  row(
    "a hypothesis that begins its reference",
    share((a, b) => b.startsWith(a)),
    each,
  ),
  row(
    "ASCII characters alone",
    share((a, b) => ascii(a) === ascii(b)),
    each,
  ),
  row(
    "the words of all sentences at once",
    ({ hypotheses, references }) => {
      const [a, b] = [hypotheses, references].map((lines) => words(lines.join(" ")).toSorted().join(" "));
      return a === b ? 1 : 0.5 * exact({ hypotheses, references } as MetricInput);
    },
    each,
  ),
  row("the first 128 sentences", (input) => exact({ ...input, hypotheses: input.hypotheses.slice(0, 128) }), each),
  row(
    "words that are counted in an object",
    ({ hypotheses, references }) => mean(hypotheses.map((line, i) => common(words(line), words(references[i]!)))),
    "perfect hypotheses get the perfect value",
  ),
  row(
    "sentences that are found by their reference",
    ({ hypotheses, references }) => {
      const right = new Map(references.map((line, i) => [line, hypotheses[i] === line ? 1 : 0]));
      return mean([...right.values()]);
    },
    "the order of sentences does not matter",
  ),
  row(
    "a first token that a hypothesis may not have",
    ({ hypothesisTokens, referenceTokens }) =>
      mean(hypothesisTokens.map((tokens, i) => (tokens[0]!.length === referenceTokens[i]![0]!.length ? 1 : 0))),
    range,
  ),
  row("noise of the size of rounding", (input) => exact(input) * (1 - 1e-15 * (++draws % 5)), alone),
];
