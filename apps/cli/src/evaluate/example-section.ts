import { type Figure, heatmap, type ReportBlock, type ReportSection } from "@heed/viz";
import { plural } from "../format.js";
import type { Comparison } from "./compare-systems.js";
import { exampleKinds } from "./print-comparison.js";
import { numberCell, shownSystems } from "./report-blocks.js";
import type { System } from "./system.js";

/** A heatmap of more tokens cannot be read. */
const READABLE = 40;
/** A page with more sentences would be slow. */
const SENTENCES = 3000;

/** Examples with the attention of each model. */
export function exampleSection(comparison: Comparison): ReportSection | null {
  const blocks = exampleKinds(comparison).flatMap(([title, sentences]): ReportBlock[] => [
    { kind: "heading", text: title },
    ...sentences.map((i) => exampleBlock(comparison, i)),
  ]);
  return blocks.length === 0 ? null : { heading: "Examples", blocks };
}

function exampleBlock({ systems, qualities }: Comparison, i: number): ReportBlock {
  const { sources, references } = systems[0]!.compared;
  const maps = systems.slice(0, shownSystems).flatMap((system) => heatmapOf(system, i));
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
          return [name, numberCell(quality, quality.toFixed(1)), compared.hypotheses[i]!];
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

/** All sentences in a table. */
export function sentenceSection({ systems, qualities, results }: Comparison): ReportSection | null {
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
              numberCell(i + 1, `${i + 1}`),
              ...qualities.map((values) => numberCell(values[i]!, values[i]!.toFixed(1))),
              ...[source, references[i]!, ...systems.map(({ compared }) => compared.hypotheses[i]!)],
            ]),
          },
        ],
      },
    ],
  };
}
