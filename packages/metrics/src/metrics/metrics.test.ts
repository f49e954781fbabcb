import { defineExtension, type OptionValues } from "@heed/core";
import { describe, expect, test } from "vitest";
import { bleu } from "../bleu.js";
import { chrf } from "../chrf.js";
import { defineMetric, type MetricInput } from "../define-metric.js";
import { findMetric } from "../find-metric.js";
import { metricsOf } from "../metrics-of.js";
import { corpusScore, meanStatistics } from "../sentence-statistics.js";
import { metricChecks } from "../testing/index.js";
import { builtInMetrics } from "./index.js";

const words = (lines: readonly string[]) => lines.map((line) => [...line.split(" "), "<eos>"]);
const compare = (hypotheses: readonly string[], references: readonly string[]): MetricInput => ({
  ...{ hypotheses, references, sources: references.map(() => "x") },
  ...{ hypothesisTokens: words(hypotheses), referenceTokens: words(references) },
});
const gold = ["The dog bit the man .", "It was not unexpected ."];
const written = ["The dog bit the man .", "It wasn't surprising ."];

describe.each(builtInMetrics.map((each) => [each.name, each] as const))("the metric %s", (name, metric) => {
  test("is found by its name", () => expect(findMetric(name)).toBe(metric));

  test("refuses lists that do not belong together", () => {
    const input = compare(written, gold);
    const { sources: _, ...without } = input;
    expect(() => metric.compute({ ...input, references: ["one"] })).toThrow(
      `The metric "${name}" needs references with an item for each of the 2 hypotheses, got 1.`,
    );
    expect(() => metric.compute(without as MetricInput)).toThrow("needs sources with an item for each of the 2");
    expect(() => metric.compute(compare([], []))).toThrow("needs at least one hypothesis, got none.");
    expect(() => metric.compute(input, { tokeniser: "none" })).toThrow(
      `The metric "${name}" has no option "tokeniser".`,
    );
  });
});

/** Options that choose another path through the metric. */
const variants: Readonly<Record<string, readonly OptionValues[]>> = {
  bleu: [
    { tokenize: "none" },
    { lowercase: true, smoothing: "floor" },
    { tokenize: "char", smoothing: "add-k", smoothingValue: 0.5 },
    { tokenize: "intl", smoothing: "none", effectiveOrder: true },
  ],
  chrf: [{ whitespace: true, beta: 1, lowercase: true }, { epsSmoothing: true }],
};

describe.each(
  builtInMetrics.flatMap((each) => [{}, ...(variants[each.name] ?? [])].map((options) => [each, { options }] as const)),
)("$name", (metric, given) => {
  test.each(metricChecks(metric, { range: [0, metric.perfect ?? 100], ...given }))("$name", ({ run }) => run());
});

test.each(builtInMetrics)("$name is higher for better hypotheses", (metric) => {
  expect(metric.higherIsBetter).toBe(true);
  expect(metric.compute(compare(gold, gold))).toBeGreaterThan(metric.compute(compare(written, gold)));
});

test("the values are those of the functions, with their options", () => {
  const input = compare(written, gold);
  const upper = compare(
    written.map((line) => line.toUpperCase()),
    gold,
  );
  expect(findMetric("bleu").compute(input)).toBe(bleu(written, [gold]).score);
  expect(findMetric("bleu").compute(upper, { lowercase: true, tokenize: "none" })).toBe(
    bleu(written, [gold], { lowercase: true, tokenize: "none" }).score,
  );
  expect(findMetric("chrf").compute(input)).toBe(chrf(written, [gold]));
  expect(findMetric("chrf").compute(input, { wordOrder: 2 })).toBe(chrf(written, [gold], { wordOrder: 2 }));
  expect(findMetric("chrf-plus-plus").compute(input)).toBe(chrf(written, [gold], { wordOrder: 2 }));
  expect(findMetric("chrfpp").name).toBe("chrf-plus-plus");
  expect(findMetric("sequence-accuracy").compute(input)).toBe(0.5);
  expect(() => findMetric("bleu").compute(input, { tokenize: "14a" })).toThrow(
    'must be one of "none", "13a", "intl", "char", got "14a".',
  );
});

test("a sentence that the model did not end is not right as a whole", () => {
  const input = compare(gold, gold);
  const cut = input.hypothesisTokens.map((tokens, i) => (i === 0 ? tokens.slice(0, -1) : tokens));
  expect(findMetric("sequence-accuracy").compute({ ...input, hypothesisTokens: cut })).toBe(0.5);
});

test("the registry has the built-in metrics, and those among plug-ins", () => {
  const mine = defineMetric({ ...definition, name: "mine" });
  const task = defineExtension("task", { name: "mine" }, {});
  expect(metricsOf().names).toEqual(builtInMetrics.map(({ name }) => name));
  expect([...metricsOf([task, mine])]).toEqual([...builtInMetrics, mine]);
  const again = defineMetric({ ...definition, name: "bleu" });
  expect(() => metricsOf([again])).toThrow('Two metrics have the name "bleu"');
});

const definition = { summary: "a test", higherIsBetter: false, options: {}, compute: () => 0 };

test("unknown names are refused", () => {
  expect(() => findMetric("blue")).toThrow('There is no metric "blue". Did you mean "bleu"?');
});

test("a metric of one's own is found beside the built-in ones, and its values are checked", () => {
  const mine = (value: unknown) =>
    defineMetric<{ factor: number }>({
      ...{ name: "mine", summary: "a test", higherIsBetter: false },
      options: { factor: { type: "number", default: 2, meaning: "Factor of the value." } },
      compute: (_, { factor }) => (value as number) * factor,
    });
  const metric = findMetric("mine", [mine(3)]);
  expect([metric.compute(compare(gold, gold)), metric.compute(compare(gold, gold), { factor: 5 })]).toEqual([6, 15]);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined]) {
    expect(() => mine(value).compute(compare(gold, gold))).toThrow(
      'compute of the metric "mine" must return a finite number, got ',
    );
  }
  const later = defineMetric({ ...mine(0), options: {}, compute: (async () => 1) as unknown as () => number });
  expect(() => later.compute(compare(gold, gold))).toThrow("must return a finite number, got a promise.");
});

describe("statistics and signatures", () => {
  const input = compare(written, gold);

  test.each(builtInMetrics.map((each) => [each.name, each] as const))("%s has statistics", (_, metric) => {
    expect(corpusScore(metric.statistics!(input))).toBeCloseTo(metric.compute(input), 12);
    expect(() => metric.statistics!({ ...input, references: ["one"] })).toThrow("an item for each of the 2 hypotheses");
    expect(() => metric.statistics!(input, { tokeniser: "none" })).toThrow('has no option "tokeniser"');
  });

  test("options reach them", () => {
    const bleuOf = metricsOf().get("bleu");
    const options = { smoothing: "floor", smoothingValue: 0.5, tokenize: "char" } as const;
    expect(corpusScore(bleuOf.statistics!(input, options))).toBeCloseTo(bleu(written, [gold], options).score, 12);
    expect(bleuOf.signature!(options)).toBe("BLEU|nrefs:1|case:mixed|eff:no|tok:char|smooth:floor[0.50]|version:2.6.0");
    expect(findMetric("chrf-plus-plus").signature!({}, { bootstrap: 1000, seed: 1 })).toBe(
      "chrF2++|nrefs:1|bs:1000|seed:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0",
    );
    expect(() => bleuOf.signature!({ smoothing: "none", smoothingValue: 1 })).toThrow(
      'smoothingValue is for the smoothings "floor" and "add-k", got 1 for "none".',
    );
    expect(() => bleu(["a"], [["a"]], { smoothing: "add-k", smoothingValue: -1 })).toThrow("at least 0, got -1.");
    expect(() => bleu(["a"], [["a"]], { smoothingValue: 1 })).toThrow('"floor" and "add-k", got 1 for "exp".');
  });

  test("a metric may have neither, and a wrong number of rows is refused", () => {
    const bare = defineMetric({ ...definition, name: "bare" });
    expect([bare.statistics, bare.signature]).toEqual([undefined, undefined]);
    const short = defineMetric({ ...definition, name: "short", statistics: () => meanStatistics([1]) });
    expect(() => short.statistics!(input)).toThrow(
      'statistics of the metric "short" must return a row for each of the 2 sentences, got 1.',
    );
  });
});
