import type { AttendedSentence, SentenceMap } from "@heed/train";
import {
  attentionAnimation,
  attentionExplorer,
  type Figure,
  type HeatmapAxes,
  heatmap,
  heatmapGrid,
  type Page,
} from "@heed/viz";
import type { AttentionChoice } from "./attention-choice.js";
import { UsageError } from "./usage-error.js";

/** The view that a file is given where nobody chose: a page for `.html`, which for a Transformer has all layers. */
export function defaultPage({ maps }: AttendedSentence): "animation" | "layers" {
  return maps.some(({ kind, layer }) => kind !== "cross" || layer > 0) ? "layers" : "animation";
}

/**
 * The picture for a terminal, SVG or PNG: one map, or where the layer has several heads and none is chosen, all of them.
 *
 * @throws UsageError where the model has no such layer or head
 */
export function viewFigure(sentence: AttendedSentence, choice: AttentionChoice, title: string): Figure {
  const map = chooseMap(sentence.maps, choice);
  const { heads, queries, keys } = map;
  const colorMax = choice.scale === "data" ? "data" : 1;
  const sides = { source: keys, target: queries, axes: axesOf(map), colorMax } as const;
  const head = choice.head ?? (heads.length === 1 || choice.view === "heatmap" ? undefined : null);
  if (choice.view === "heads" || head === null) {
    const named = heads.map((weights, i) => ({ label: `head ${i + 1}`, weights }));
    return heatmapGrid({ maps: named, ...sides, title: `${title}${placeOf(map, sentence)}` });
  }
  const weights = choice.head === undefined ? meanOf(heads) : heads[choice.head - 1]!;
  const which = heads.length === 1 ? "" : choice.head === undefined ? ", mean of the heads" : `, head ${choice.head}`;
  return heatmap({ weights, ...sides, title: `${title}${placeOf(map, sentence)}${which}` });
}

/**
 * A page to play with: the words appear one by one with their weights, or every layer and head is there to be chosen.
 *
 * @throws UsageError where the model has no such layer
 */
export function viewPage(sentence: AttendedSentence, choice: AttentionChoice, title: string): Page {
  if (choice.view === "layers") {
    const maps = sentence.maps.flatMap(({ kind, layer, heads, queries, keys }) =>
      heads.map((weights, i) => ({ name: kind, layer: layer + 1, head: i + 1, rows: queries, columns: keys, weights })),
    );
    return attentionExplorer({ maps, title, colorMax: choice.scale === "data" ? "data" : 1 });
  }
  const map = chooseMap(sentence.maps, choice);
  const shown = map.heads.map((weights, i) => ({ label: `head ${i + 1}`, weights }));
  const maps = choice.head === undefined ? shown : [shown[choice.head - 1]!];
  const labelled = map.heads.length === 1 ? [{ label: "attention", weights: map.heads[0]! }] : maps;
  return attentionAnimation({ source: map.keys, target: map.queries, maps: labelled, title });
}

function chooseMap(maps: readonly SentenceMap[], { kind = "cross", layer, head }: AttentionChoice): SentenceMap {
  const same = maps.filter((map) => map.kind === kind);
  if (same.length === 0) {
    const kinds = [...new Set(maps.map((map) => map.kind))];
    throw new UsageError(`--kind ${kind}: this model has no such attention; it has ${kinds.join(", ")}.`);
  }
  const map = layer === undefined ? same.at(-1) : same.find((one) => one.layer === layer - 1);
  if (!map)
    throw new UsageError(`--layer ${layer}: this model has ${numbers(same.length, "layer")} of ${kind} attention.`);
  if (head !== undefined && head > map.heads.length) {
    throw new UsageError(`--head ${head}: this layer has ${numbers(map.heads.length, "head")}.`);
  }
  return map;
}

function numbers(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${noun}s 1 to ${count}`;
}

/** Which map this is, where there are others. */
function placeOf({ kind, layer }: SentenceMap, { maps }: AttendedSentence): string {
  if (maps.length === 1) return "";
  return ` — ${kind} attention, layer ${layer + 1}`;
}

/** Whose tokens stand across, and whose down. */
function axesOf({ kind }: SentenceMap): HeatmapAxes {
  return { across: kind === "decoder" ? "target" : "source", down: kind === "encoder" ? "source" : "target" };
}

function meanOf(heads: SentenceMap["heads"]): number[][] {
  return heads[0]!.map((row, query) =>
    row.map((_, key) => heads.reduce((sum, head) => sum + head[query]![key]!, 0) / heads.length),
  );
}
