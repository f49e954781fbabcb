import stringWidth from "string-width";
import { harmless, table } from "../columns.js";
import { count, decimal, percent, plural } from "../format.js";
import type { Output } from "../output.js";
import type { Comparison, MeasureResult, SystemResult } from "./compare-systems.js";
import type { Examples } from "./examples.js";
import { lengthsOf } from "./length-groups.js";

/** Below this probability a difference is called significant. */
const significant = 0.05;

/** Prints a comparison as tables. */
export function printComparison(comparison: Comparison, output: Output): void {
  const { systems } = comparison.results;
  const print = (lines: readonly string[]): void => {
    for (const line of lines) output.print(line);
  };
  const titled = (title: string, lines: readonly string[]): void => {
    output.print();
    output.print(output.paint("bold", title));
    print(lines);
  };
  print(
    systems.length === 1 ? oneSystem(comparison, output.tableWidth) : severalSystems(comparison, output.tableWidth),
  );
  const signatures = signaturesOf(comparison);
  if (signatures.length > 0) titled("Signatures", signatures);
  const { byLength } = comparison.results;
  if (byLength.groups.length > 1) {
    titled(`${byLength.measure} by the length of the source in ${byLength.unit}`, lengthTable(comparison));
  }
  const unknown = unknownTable(comparison);
  if (unknown.length > 1) titled("Source words that are not in the vocabulary", table(unknown, output.tableWidth));
  for (const [title, lines] of exampleLines(comparison, output.tableWidth)) titled(title, lines);
}

/** Rows of values that do not come from metrics: a label, and a text for each system. */
function plainRows(systems: readonly SystemResult[]): [label: string, meaning: string, ...values: string[]][] {
  const row = (
    label: string,
    meaning: string,
    of: (system: SystemResult) => string | null,
  ): [string, string, ...string[]] => [label, meaning, ...systems.map((system) => of(system) ?? "–")];
  const written = (value: number | null, write: (value: number) => string): string | null =>
    value === null ? null : write(value);
  return [
    row("loss", "nats per target token, <eos> included", ({ loss }) => written(loss, decimal)),
    row("perplexity", "e to the loss", ({ perplexity }) => written(perplexity, (value) => decimal(value, 2))),
    row("token accuracy", "each token given the gold ones before it", ({ tokenAccuracy }) =>
      written(tokenAccuracy, percent),
    ),
  ].filter(([, , ...values]) => values.some((value) => value !== "–"));
}

function alignmentRows(systems: readonly SystemResult[]): [label: string, meaning: string, ...values: string[]][] {
  if (systems.every(({ alignment }) => alignment === null)) return [];
  const shares = { errorRate: "alignment error", precision: "link precision", recall: "link recall" } as const;
  const meanings = {
    errorRate: "alignment error rate of the attention weights",
    precision: "share of the links that are right",
    recall: "share of the sure links that are found",
  };
  return Object.entries(shares).map(([key, label]) => [
    label,
    meanings[key as keyof typeof shares],
    ...systems.map(({ alignment }) => (alignment ? percent(alignment[key as keyof typeof shares]) : "–")),
  ]);
}

function oneSystem({ measures, results }: Comparison, width: number): string[] {
  const [system] = results.systems;
  return table(
    [
      ["pairs", count(results.pairs), ""],
      ...plainRows(results.systems).map(([label, meaning, value]) => [label, value!, meaning]),
      ...measures.map(({ name, metric }) => [name, valueText(system!.metrics[name]!), metric.summary]),
      ...alignmentRows(results.systems).map(([label, meaning, value]) => [label, value!, meaning]),
    ],
    width,
  );
}

/** A column for each system; where they are wider than the terminal, several tables below each other. */
function severalSystems({ measures, results }: Comparison, width: number): string[] {
  const { systems } = results;
  const names = systems.map(({ name }) => harmless(name));
  const sameInAll = (rows: readonly (readonly [string, string, ...string[]])[]): string[][] =>
    rows.map(([label, , ...values]) => [label, ...values]);
  const rows = [
    ["", ...names],
    ...sameInAll(plainRows(systems)),
    ...measures.flatMap(({ name }) => {
      const values = systems.map(({ metrics }) => metrics[name]!);
      return [
        [name, ...values.map(valueText)],
        ["  difference", ...values.map(differenceText)],
      ];
    }),
    [
      "better / equal / worse",
      ...systems.map(({ sentences: s }) => (s ? [s.better, s.equal, s.worse].map(count).join(" / ") : "")),
    ],
    ...sameInAll(alignmentRows(systems)),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]!))) + 2);
  const parts: number[][] = [];
  let room = 0;
  for (const column of systems.keys()) {
    room -= widths[column + 1]!;
    if (parts.length > 0 && room >= 0) parts.at(-1)!.push(column + 1);
    else {
      parts.push([column + 1]);
      room = width - widths[0]! - widths[column + 1]!;
    }
  }
  const lines = parts.flatMap((columns, i) => [
    ...(i === 0 ? [] : [""]),
    ...table(
      rows.map((row) => [row[0]!, ...columns.map((column) => row[column]!)]),
      Number.POSITIVE_INFINITY,
    ),
  ]);
  return [`${plural(results.pairs, "pair")}.`, ...testLines(results), "", ...lines];
}

/** Explains intervals and tests in a sentence each. */
export function testLines({ test, samples, trials, systems }: Comparison["results"]): string[] {
  if (samples === 0) return [];
  const intervals = `± is the 95 % confidence interval by bootstrap of ${count(samples)} samples.`;
  if (systems.length === 1) return [intervals];
  const how =
    test === "paired-bootstrap"
      ? `paired bootstrap of ${count(samples)} samples`
      : `approximate randomization of ${count(trials)} trials`;
  return [
    intervals,
    `Differences are those from ${harmless(systems[0]!.name)}; p by ${how}; * means p < ${significant}.`,
  ];
}

/** `34.90 ± 1.21` */
export function valueText({ value, interval }: MeasureResult): string {
  return interval === null ? decimal(value, 2) : `${decimal(value, 2)} ± ${decimal(interval.halfWidth, 2)}`;
}

/** `+2.00 p 0.001 *` */
export function differenceText({ difference, pValue }: MeasureResult): string {
  if (difference === null) return "";
  const change = `${difference < 0 ? "−" : "+"}${decimal(Math.abs(difference), 2)}`;
  if (pValue === null) return change;
  const p = pValue < 0.001 ? "< 0.001" : pValue.toFixed(3);
  return `${change} p ${p}${pValue < significant ? " *" : ""}`;
}

/** The signature of each measure, which all systems share. */
export function signaturesOf({ results }: Comparison): string[] {
  const last = results.systems.at(-1)!;
  return Object.values(last.metrics).flatMap(({ signature }) => signature ?? []);
}

function lengthTable({ results }: Comparison): string[] {
  const { unit, groups } = results.byLength;
  return table(
    [
      [unit, "pairs", ...results.systems.map(({ name }) => harmless(name))],
      ...groups.map((group) => [
        lengthsOf(group),
        count(group.pairs),
        ...group.values.map((value) => decimal(value, 2)),
      ]),
    ],
    Number.POSITIVE_INFINITY,
  );
}

/** Rows with a heading; only the heading when no system has unknown words. */
export function unknownTable({ results }: Comparison): string[][] {
  const { measure } = results.byLength;
  const written = (value: number | null): string => (value === null ? "–" : decimal(value, 2));
  return [
    ["", "sentences with some", `${measure} with`, `${measure} without`, "most frequent"],
    ...results.systems.flatMap(({ name, unknown }) =>
      unknown === null || unknown.tokens === 0
        ? []
        : [
            [
              ...[harmless(name), `${count(unknown.sentences)} of ${count(results.pairs)}`],
              ...[written(unknown.with), written(unknown.without), unknown.frequent.map(harmless).join(" ")],
            ],
          ],
    ),
  ];
}

/** The kinds of examples that a comparison has, with a heading for each. */
export function exampleKinds({ results }: Comparison): [title: string, sentences: readonly number[]][] {
  const several = results.systems.length > 1;
  const titles: Record<keyof Examples, string> = {
    worst: several ? "Worst on average (chrF of the sentence)" : "Worst (chrF of the sentence)",
    best: several ? "Best on average (chrF of the sentence)" : "Best (chrF of the sentence)",
    different: "Largest differences (chrF of the sentence)",
  };
  return Object.entries(titles)
    .filter(([kind]) => several || kind !== "different")
    .map(([kind, title]): [string, readonly number[]] => [title, results.examples[kind as keyof Examples]])
    .filter(([, sentences]) => sentences.length > 0);
}

function exampleLines(comparison: Comparison, width: number): [title: string, lines: string[]][] {
  const { systems, qualities } = comparison;
  return exampleKinds(comparison).map(([title, sentences]) => [
    title,
    sentences.flatMap((i, place) => [
      ...(place === 0 ? [] : [""]),
      ...table(
        [
          [`line ${i + 1}`, "", harmless(systems[0]!.compared.sources[i]!)],
          ["  reference", "", harmless(systems[0]!.compared.references[i]!)],
          ...systems.map(({ name, compared }, s) => [
            `  ${harmless(name)}`,
            qualities[s]![i]!.toFixed(1),
            harmless(compared.hypotheses[i]!),
          ]),
        ],
        width,
      ),
    ]),
  ]);
}
