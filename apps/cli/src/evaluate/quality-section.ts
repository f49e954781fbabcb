import type { ReportBlock, ReportSection } from "@heed/viz";
import { count, decimal, percent } from "../format.js";
import type { Comparison } from "./compare-systems.js";
import { differenceText, signaturesOf, valueText } from "./print-comparison.js";
import { barChart, numberCell, numberColumns } from "./report-blocks.js";

/** The values of all systems, their differences, and what the measures mean. */
export function qualitySection(comparison: Comparison): ReportSection {
  const { measures, results } = comparison;
  const { systems } = results;
  const several = systems.length > 1;
  const best = new Map(
    measures.map(({ name, metric }) => {
      const values = systems.map(({ metrics }) => metrics[name]!.value);
      return [name, metric.higherIsBetter ? Math.max(...values) : Math.min(...values)];
    }),
  );
  const blocks: ReportBlock[] = [
    {
      kind: "table",
      columns: [{ label: "system" }, ...numberColumns(measures)],
      rows: systems.map(({ name, metrics }) => [
        name,
        ...measures.map((measure) => {
          const result = metrics[measure.name]!;
          return numberCell(result.value, valueText(result), several && result.value === best.get(measure.name));
        }),
      ]),
    },
    ...(several ? [...differenceTable(comparison), ...sentenceCounts(comparison)] : []),
    ...forcedTable(comparison),
    {
      kind: "facts",
      facts: measures.map(({ name, metric }): [string, string] => [
        name,
        `${metric.summary}; ${metric.higherIsBetter ? "higher" : "lower"} is better`,
      ]),
    },
  ];
  const signatures = signaturesOf(comparison);
  if (signatures.length > 0) blocks.push({ kind: "code", text: signatures.join("\n") });
  if (several) blocks.push(...mainFigure(comparison));
  return { heading: "Quality", blocks };
}

/** The differences of the other systems from the first, with p-values. */
function differenceTable({ measures, results }: Comparison): ReportBlock[] {
  const [first, ...others] = results.systems;
  return [
    {
      kind: "table",
      caption: `Differences from ${first!.name}`,
      columns: [{ label: "system" }, ...numberColumns(measures)],
      rows: others.map(({ name, metrics }) => [
        name,
        ...measures.map((measure) => {
          const result = metrics[measure.name]!;
          return result.difference === null ? "–" : numberCell(result.difference, differenceText(result));
        }),
      ]),
    },
  ];
}

function sentenceCounts({ results }: Comparison): ReportBlock[] {
  const compared = results.systems.filter(({ sentences }) => sentences !== null);
  if (compared.length === 0) return [];
  return [
    {
      kind: "table",
      caption: `Sentences that are better or worse than those of ${results.systems[0]!.name}, by chrF`,
      columns: [
        { label: "system" },
        ...["better", "equal", "worse"].map((label) => ({ label, type: "number" as const })),
      ],
      rows: compared.map(({ name, sentences }) => {
        const { better, equal, worse } = sentences!;
        return [name, ...[better, equal, worse].map((value) => numberCell(value, count(value)))];
      }),
    },
  ];
}

/** The measures of models under teacher forcing. */
function forcedTable({ results }: Comparison): ReportBlock[] {
  const models = results.systems.filter(({ loss }) => loss !== null);
  if (models.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "Given the gold tokens before each token",
      columns: [
        { label: "system" },
        ...numberColumns(["loss", "perplexity", "token accuracy"].map((name) => ({ name }))),
      ],
      rows: models.map(({ name, loss, perplexity, tokenAccuracy }) => [
        name,
        numberCell(loss!, decimal(loss!)),
        numberCell(perplexity!, decimal(perplexity!, 2)),
        numberCell(tokenAccuracy!, percent(tokenAccuracy!)),
      ]),
    },
  ];
}

/** Bars of the first measure. */
function mainFigure({ measures, results }: Comparison): ReportBlock[] {
  const name = measures[0]!.name;
  return barChart({
    groups: results.systems.map((system) => system.name),
    series: [{ name, values: results.systems.map(({ metrics }) => metrics[name]!.value) }],
    ...{ groupLabel: "system", valueLabel: name, digits: 2, title: name },
  });
}
