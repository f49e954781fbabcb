import {
  bars,
  type Figure,
  heatmap,
  type ReportBlock,
  type ReportCell,
  type ReportPage,
  type ReportSection,
  report,
} from "@heed/viz";
import { count, decimal, percent, plural } from "../format.js";
import type { Comparison } from "./compare-systems.js";
import { lengthsOf } from "./length-groups.js";
import { differenceText, exampleKinds, signaturesOf, testLines, unknownTable, valueText } from "./print-comparison.js";
import type { System } from "./system.js";

/** A figure has a colour for each of so many systems. */
const COLORS = 7;
/** A heatmap of more tokens cannot be read. */
const READABLE = 40;
/** A page with more sentences would be slow. */
const SENTENCES = 3000;

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

const number = (value: number, text: string, strong = false): ReportCell => ({ text, value, strong });

function qualitySection(comparison: Comparison): ReportSection {
  const { measures, results } = comparison;
  const { systems } = results;
  const several = systems.length > 1;
  const best = new Map(
    measures.map(({ name, metric }) => {
      const values = systems.map(({ metrics }) => metrics[name]!.value);
      return [name, metric.higherIsBetter ? Math.max(...values) : Math.min(...values)];
    }),
  );
  const withModel = systems.some(({ loss }) => loss !== null);
  const cell = (value: number | null, write: (value: number) => string): ReportCell =>
    value === null ? "–" : number(value, write(value));
  const modelColumns = withModel ? ["loss", "perplexity", "token accuracy"] : [];
  const blocks: ReportBlock[] = [
    {
      kind: "table",
      columns: [
        { label: "system" },
        ...[...measures.map(({ name }) => name), ...modelColumns].map((label) => ({ label, type: "number" as const })),
      ],
      rows: systems.map(({ name, metrics, loss, perplexity, tokenAccuracy }) => [
        name,
        ...measures.map((measure) => {
          const result = metrics[measure.name]!;
          return number(result.value, valueText(result), several && result.value === best.get(measure.name));
        }),
        ...(withModel
          ? [cell(loss, decimal), cell(perplexity, (value) => decimal(value, 2)), cell(tokenAccuracy, percent)]
          : []),
      ]),
    },
    ...(several ? [...differenceTable(comparison), ...sentenceCounts(comparison)] : []),
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

/** What the others differ from the first system in, with the probability that it is chance. */
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
          return result.difference === null ? "–" : number(result.difference, differenceText(result));
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
        return [name, ...[better, equal, worse].map((value) => number(value, count(value)))];
      }),
    },
  ];
}

/** Bars of the first measure. */
function mainFigure({ measures, results }: Comparison): ReportBlock[] {
  const name = measures[0]!.name;
  const values = results.systems.map(({ metrics }) => metrics[name]!.value);
  return figures(values, () =>
    bars({
      groups: results.systems.map((system) => system.name),
      series: [{ name, values }],
      ...{ groupLabel: "system", valueLabel: name, digits: 2, title: name },
    }),
  );
}

/** Bars cannot show negative values. */
function figures(values: readonly number[], draw: () => Figure): ReportBlock[] {
  return values.every((value) => value >= 0) ? [{ kind: "figures", figures: [draw()] }] : [];
}

function lengthSection({ results }: Comparison): ReportSection | null {
  const { unit, measure, groups } = results.byLength;
  if (groups.length < 2) return null;
  const shown = results.systems.slice(0, COLORS);
  const table: ReportBlock = {
    kind: "table",
    columns: [{ label: unit, type: "number" }, { label: "pairs", type: "number" }, ...numberColumns(results.systems)],
    rows: groups.map((group) => {
      const best = Math.max(...group.values);
      return [
        number(group.from, lengthsOf(group)),
        number(group.pairs, count(group.pairs)),
        ...group.values.map((value) => number(value, decimal(value, 2), group.values.length > 1 && value === best)),
      ];
    }),
  };
  const chart = figures(
    groups.flatMap(({ values }) => values),
    () =>
      bars({
        groups: groups.map(lengthsOf),
        series: shown.map(({ name }, s) => ({ name, values: groups.map(({ values }) => values[s]!) })),
        ...{
          groupLabel: `source ${unit}`,
          valueLabel: measure,
          digits: 1,
          title: `${measure} by the length of the source`,
        },
      }),
  );
  return { heading: "Quality by length", blocks: [table, ...chart] };
}

function numberColumns(systems: readonly { readonly name: string }[]) {
  return systems.map(({ name }) => ({ label: name, type: "number" as const }));
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
            ...[errorRate, precision, recall].map((value) => number(value, percent(value))),
            ...[pairs, skipped].map((value) => number(value, count(value))),
          ];
        }),
      },
    ],
  };
}

function exampleSection(comparison: Comparison): ReportSection | null {
  const blocks = exampleKinds(comparison).flatMap(([title, sentences]): ReportBlock[] => [
    { kind: "heading", text: title },
    ...sentences.map((i) => exampleBlock(comparison, i)),
  ]);
  return blocks.length === 0 ? null : { heading: "Examples", blocks };
}

function exampleBlock({ systems, qualities }: Comparison, i: number): ReportBlock {
  const { sources, references } = systems[0]!.compared;
  const maps = systems.slice(0, COLORS).flatMap((system) => heatmapOf(system, i));
  return {
    kind: "details",
    summary: `${i + 1}: ${sources[i]}`,
    blocks: [
      {
        kind: "facts",
        facts: [
          ["source", sources[i]!],
          ["reference", references[i]!],
        ],
      },
      {
        kind: "table",
        columns: [{ label: "system" }, { label: "chrF", type: "number" }, { label: "translation" }],
        rows: systems.map(({ name, compared }, s) => {
          const quality = qualities[s]![i]!;
          return [name, number(quality, quality.toFixed(1)), compared.hypotheses[i]!];
        }),
      },
      ...(maps.length === 0 ? [] : [{ kind: "figures", figures: maps } as const]),
    ],
  };
}

/** The attention of a model; none for a file, a model without attention, and a long sentence. */
function heatmapOf({ name, translations }: System, i: number): Figure[] {
  const translation = translations?.[i];
  if (!translation?.weights) return [];
  const { weights, source, tokens } = translation;
  if (tokens.length === 0 || Math.max(source.length, tokens.length) > READABLE) return [];
  return [heatmap({ weights, source, target: tokens, title: name })];
}

function sentenceSection({ systems, qualities, results }: Comparison): ReportSection | null {
  if (results.pairs > SENTENCES) return null;
  const { sources, references } = systems[0]!.compared;
  return {
    heading: "All sentences",
    blocks: [
      {
        kind: "details",
        summary: `${plural(results.pairs, "sentence")} with the chrF of each translation`,
        blocks: [
          {
            kind: "table",
            columns: [
              { label: "line", type: "number" },
              ...systems.map(({ name }) => ({ label: `chrF of ${name}`, type: "number" as const })),
              { label: "source" },
              { label: "reference" },
              ...systems.map(({ name }) => ({ label: name })),
            ],
            rows: sources.map((source, i) => [
              number(i + 1, `${i + 1}`),
              ...qualities.map((values) => number(values[i]!, values[i]!.toFixed(1))),
              ...[source, references[i]!, ...systems.map(({ compared }) => compared.hypotheses[i]!)],
            ]),
          },
        ],
      },
    ],
  };
}
