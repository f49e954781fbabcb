import { bleu, chrf, defineMetric } from "@heed/metrics";
import { toHtml } from "@heed/viz";
import { expect, test } from "vitest";
import { compareSystems } from "./compare-systems.js";
import { comparisonPage } from "./comparison-page.js";
import { chooseMeasures, type MeasureArguments } from "./measures.js";
import { type System, systemNames, systemOfFile } from "./system.js";

const hostile = "</script><img src=x onerror=alert(1)>";
const pairs = Array.from({ length: 60 }, (_, i) => ({
  source: `s${i} ${"x ".repeat(i % 12)}`.trim(),
  target: `The cat number ${i} sat on the mat, ${i} times.`,
}));
const exact = pairs.map(({ target }) => target);
const shorter = exact.map((line, i) => (i % 2 === 0 ? line : line.replace("on the mat", "")));
const upper = exact.map((line) => line.toUpperCase());

const settings = { test: "paired-bootstrap", samples: 200, trials: 300, examples: 2, lowercase: false } as const;

function compare(
  files: readonly string[][],
  more: Partial<typeof settings> | object = {},
  chosen: MeasureArguments = {},
) {
  const systems = files.map((lines, i) => systemOfFile(`f${i}`, `f${i}`, lines, pairs));
  return compareSystems(systems, [], { ...settings, ...more, measures: chooseMeasures(chosen, []) });
}

test("values are those of the metrics, with the tokenization that is asked for", () => {
  const { results } = compare([shorter], {}, { metrics: "bleu,chrf", bleuTokenize: "none,13a" });
  const { metrics } = results.systems[0]!;
  expect(Object.keys(metrics)).toEqual(["bleu-none", "bleu-13a", "chrf"]);
  expect(metrics["bleu-none"]!.value).toBe(bleu(shorter, [exact], { tokenize: "none" }).score);
  expect(metrics["bleu-13a"]!.value).toBe(bleu(shorter, [exact]).score);
  expect(metrics.chrf!.value).toBe(chrf(shorter, [exact]));
  expect(metrics["bleu-none"]!.signature).toBe(
    "BLEU|nrefs:1|bs:200|seed:12345|case:mixed|eff:no|tok:none|smooth:exp|version:2.6.0",
  );
  const lower = compare([upper], {}, { lowercase: true, metrics: "bleu,chrf,sequence-accuracy" });
  expect(Object.values(lower.results.systems[0]!.metrics).map(({ value }) => Math.round(value))).toEqual([100, 100, 0]);
});

test.each(["paired-bootstrap", "approximate-randomization"] as const)("differences are tested by %s", (name) => {
  const { results } = compare([exact, shorter, exact], { test: name }, { metrics: "chrf" });
  const [first, second, third] = results.systems.map(({ metrics }) => metrics.chrf!);
  expect([first!.difference, first!.pValue]).toEqual([null, null]);
  expect(second!.difference).toBeCloseTo(second!.value - 100, 10);
  expect(second!.pValue).toBeLessThan(0.01);
  expect([third!.difference, third!.pValue]).toEqual([0, 1]);
  const { low, high, halfWidth } = second!.interval!;
  expect(low < second!.value && second!.value < high).toBe(true);
  expect(halfWidth).toBeCloseTo((high - low) / 2, 10);
  expect(results.systems.map(({ sentences }) => sentences)).toEqual([
    null,
    { better: 0, equal: 30, worse: 30 },
    { better: 0, equal: 60, worse: 0 },
  ]);
});

test("without samples there are values, and neither intervals nor tests", () => {
  const { metrics } = compare([exact, shorter], { samples: 0 }).results.systems[1]!;
  expect(metrics.bleu).toMatchObject({ interval: null, pValue: null, difference: expect.any(Number) });
  expect(metrics.bleu!.signature).not.toContain("bs:");
});

test("a metric without statistics has a value for each length", () => {
  const mine = defineMetric({
    ...{ name: "mine", summary: "characters of the hypotheses", higherIsBetter: true, options: {} },
    compute: ({ hypotheses }) => hypotheses.join("").length,
  });
  const measures = chooseMeasures({ metrics: "mine" }, [mine]);
  const system = systemOfFile("f", "f", exact, pairs);
  const { results } = compareSystems([system, { ...system, name: "g" }], [], { ...settings, measures });
  expect(results.systems[1]!.metrics.mine).toMatchObject({
    interval: null,
    pValue: null,
    difference: 0,
    signature: null,
  });
  const sum = results.byLength.groups.reduce((total, { values }) => total + values[0]!, 0);
  expect([results.byLength.groups.length, sum]).toEqual([3, exact.join("").length]);
});

test("systems on other references are not tested, unless case is ignored", () => {
  const systems: System[] = [exact, shorter].map((lines, i) => systemOfFile(`f${i}`, `f${i}`, lines, pairs));
  const lowered = { ...systems[1]!.compared, references: exact.map((line) => line.toLowerCase()) };
  const other = [systems[0]!, { ...systems[1]!, compared: lowered }];
  const measures = chooseMeasures({ metrics: "chrf" }, []);
  const [, apart] = compareSystems(other, [], { ...settings, measures }).results.systems;
  expect([apart!.metrics.chrf!.pValue, apart!.metrics.chrf!.difference, apart!.sentences]).toEqual([null, null, null]);
  const [, together] = compareSystems(other, [], { ...settings, measures, lowercase: true }).results.systems;
  expect(together!.metrics.chrf!.pValue).toBeLessThan(0.01);
});

test("unknown words are counted, with what they cost", () => {
  const file = systemOfFile("f", "f", shorter, pairs);
  const translations = pairs.map((_, i) => ({
    ...{ text: "", tokens: [], weights: null, source: [], hypotheses: [], trace: [] },
    ...{ unknown: i % 2 === 0 ? [] : ["rare", "rare", `w${i}`], missing: 0, notices: [], error: null },
  }));
  const measures = chooseMeasures({ metrics: "chrf" }, []);
  const { results } = compareSystems([{ ...file, translations }], [], { ...settings, measures });
  const odd = shorter.filter((_, i) => i % 2 === 1);
  const gold = exact.filter((_, i) => i % 2 === 1);
  const { unknown } = results.systems[0]!;
  expect(unknown).toMatchObject({ sentences: 30, tokens: 90, without: 100 });
  expect(unknown!.with).toBeCloseTo(chrf(odd, [gold]), 10);
  expect(unknown!.frequent.slice(0, 2)).toEqual(["rare", "w1"]);
});

test("a page shows the comparison, and escapes every text", async () => {
  const files = [exact, shorter.map((line, i) => (i === 1 ? hostile : line))];
  const systems = files.map((lines, i) => systemOfFile("f", i === 0 ? "base" : hostile, lines, pairs));
  const weights = [[0.25, 0.75]];
  const translation = { text: "x", tokens: ["<b>"], weights, source: ["a", hostile], hypotheses: [], trace: [] };
  const translations = pairs.map(() => ({ ...translation, unknown: [hostile], missing: 0, notices: [], error: null }));
  const measures = chooseMeasures({}, []);
  const comparison = compareSystems([systems[0]!, { ...systems[1]!, translations }], [], { ...settings, measures });
  const html = await toHtml(comparisonPage(comparison, [["source", hostile]]));
  expect(html).not.toMatch(/<img|<b>/);
  expect(html.match(/<\/script/gi)).toHaveLength(1);
  for (const heading of ["Quality", "Quality by length", "Unknown words", "Examples", "All sentences", "Settings"]) {
    expect(html).toMatch(new RegExp(`<h2 id="s\\d">${heading}</h2>`));
  }
  expect(html).toContain("attention weight");
  expect(html).toMatch(/data-value="100"[^>]*><strong>100\.00 ± 0\.00/);
});

test("systems are named by the last part of their path, and by the whole where two would have the same name", () => {
  expect(systemNames(["runs/a", "runs/b/", "x/out.txt"])).toEqual(["a", "b", "out.txt"]);
  expect(systemNames(["runs/a", "old/a", "c"])).toEqual(["runs/a", "old/a", "c"]);
  expect(() => systemNames(["a", "a"])).toThrow("Name each model and each file once, got a twice.");
});

test("a file needs a line for each pair", () => {
  expect(() => systemOfFile("out.txt", "out", exact.slice(1), pairs)).toThrow("out.txt has 59 lines, but there are 60");
});
