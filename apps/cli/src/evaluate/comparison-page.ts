import { type ReportBlock, type ReportPage, type ReportSection, report } from "@heed/viz";
import { count, decimal, percent, plural } from "../format.js";
import type { Comparison } from "./compare-systems.js";
import { exampleSection, sentenceSection } from "./example-section.js";
import { lengthsOf } from "./length-groups.js";
import { testLines, unknownTable } from "./print-comparison.js";
import { qualitySection } from "./quality-section.js";
import { barChart, numberCell, numberColumns, shownSystems } from "./report-blocks.js";

/**
 * Builds the page of a comparison: values with intervals and tests, quality by length, unknown words, examples with the
 * attention of each model, and all sentences in a table that can be sorted.
 *
 * @param facts - what was compared: files and search
 */
export function comparisonPage(comparison: Comparison, facts: readonly (readonly [string, string])[]): ReportPage {
  const { results } = comparison;
  const names = results.systems.map(({ name }) => name);
  const title = names.length === 1 ? `Evaluation of ${names[0]}` : `Comparison of ${names.join(", ")}`;
  const sections: (ReportSection | null)[] = [
    qualitySection(comparison),
    lengthSection(comparison),
    unknownSection(comparison),
    alignmentSection(comparison),
    exampleSection(comparison),
    sentenceSection(comparison),
    { heading: "Settings", blocks: [{ kind: "facts", facts }] },
  ];
  return report({
    title,
    summary: [`${plural(results.pairs, "pair")}.`, ...testLines(results)].join(" "),
    sections: sections.filter((section) => section !== null),
  });
}

function lengthSection({ measures, results }: Comparison): ReportSection | null {
  const { unit, measure, groups } = results.byLength;
  if (groups.length < 2) return null;
  const best = measures[0]!.metric.higherIsBetter ? Math.max : Math.min;
  const table: ReportBlock = {
    kind: "table",
    columns: numberColumns([{ name: unit }, { name: "pairs" }, ...results.systems]),
    rows: groups.map(({ from, to, pairs, values }) => [
      numberCell(from, lengthsOf({ from, to })),
      numberCell(pairs, count(pairs)),
      ...values.map((value) => numberCell(value, decimal(value, 2), values.length > 1 && value === best(...values))),
    ]),
  };
  const chart = barChart({
    groups: groups.map(lengthsOf),
    series: results.systems
      .slice(0, shownSystems)
      .map(({ name }, s) => ({ name, values: groups.map(({ values }) => values[s]!) })),
    ...{
      groupLabel: `source ${unit}`,
      valueLabel: measure,
      digits: 1,
      title: `${measure} by the length of the source`,
    },
  });
  return { heading: "Quality by length", blocks: [table, ...chart] };
}

function unknownSection(comparison: Comparison): ReportSection | null {
  const [head, ...rows] = unknownTable(comparison);
  if (rows.length === 0) return null;
  const columns = head!.map((label, i) => ({ label: i === 0 ? "system" : label }));
  return { heading: "Unknown words", blocks: [{ kind: "table", columns, rows }] };
}

function alignmentSection({ results }: Comparison): ReportSection | null {
  const measured = results.systems.filter(({ alignment }) => alignment !== null);
  if (measured.length === 0) return null;
  const columns = ["error rate", "precision", "recall", "pairs", "skipped pairs"];
  return {
    heading: "Alignment",
    blocks: [
      { kind: "text", text: "Links of the attention weights, compared with those of the alignment file." },
      {
        kind: "table",
        columns: [{ label: "system" }, ...columns.map((label) => ({ label, type: "number" as const }))],
        rows: measured.map(({ name, alignment }) => {
          const { errorRate, precision, recall, pairs, skipped } = alignment!;
          return [
            name,
            ...[errorRate, precision, recall].map((value) => numberCell(value, percent(value))),
            ...[pairs, skipped].map((value) => numberCell(value, count(value))),
          ];
        }),
      },
    ],
  };
}
