import type { HeatmapAxes, HeatmapFigure } from "./figure.js";
import { readColorMax, readWeights } from "./read-weights.js";
import { displayText } from "./text.js";

/** What `heatmap` and `heatmapSvg` draw. */
export interface HeatmapOptions {
  /** Attention weights `[target, source]`: one row for each target token, each weight in [0, 1]. */
  readonly weights: ArrayLike<ArrayLike<number>>;
  /** Source tokens, across. Tokens may repeat. */
  readonly source: readonly string[];
  /** Target tokens, down: what the model wrote. Tokens may repeat. */
  readonly target: readonly string[];
  /** What the sides are called; "source" and "target" by default. */
  readonly axes?: HeatmapAxes;
  /** Heading. */
  readonly title?: string;
  /** The gold target tokens, shown below the picture; their number may differ from that of `target`. */
  readonly reference?: readonly string[];
  /** Title of the colour bar; "attention weight" by default. */
  readonly colorLabel?: string;
  /** The weight that gets the last colour: 1 by default, so that pictures compare; "data" takes the largest weight. */
  readonly colorMax?: number | "data";
}

/** A heatmap as it is drawn: checked, with defaults, and with tokens that can be shown. */
export type HeatmapContent = Omit<HeatmapFigure, "kind" | "description">;

/** Checks what a heatmap draws. @throws FigureError, which begins with `where` */
export function readHeatmap(where: string, options: HeatmapOptions): HeatmapContent {
  const { title, colorLabel = "attention weight", axes = { across: "source", down: "target" } } = options;
  const source = options.source.map(displayText);
  const target = options.target.map(displayText);
  const reference = options.reference?.map(displayText);
  const weights = readWeights(where, options.weights, source, target);
  return {
    weights,
    source,
    target,
    axes: { across: displayText(axes.across), down: displayText(axes.down) },
    colorLabel: displayText(colorLabel),
    colorMax: readColorMax(where, options.colorMax ?? 1, weights),
    ...(title === undefined ? {} : { title: displayText(title) }),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Says in words what a reader sees first: where each target token looks. */
export function describeHeatmap(content: HeatmapContent): string {
  const { weights, source, target, axes, colorLabel, reference } = content;
  const shown = 40; // a screen reader reads all of it aloud
  const peaks = weights.slice(0, shown).map((row, i) => {
    const j = row.indexOf(Math.max(...row));
    return `${target[i]} → ${source[j]} (${row[j]?.toFixed(2)})`;
  });
  if (weights.length > shown) peaks.push(`and ${weights.length - shown} more`);
  const gold = reference === undefined ? "" : ` Reference: ${reference.join(" ")}.`;
  return (
    `Heatmap of ${colorLabel}: ${source.length} ${axes.across} tokens across, ${target.length} ${axes.down} tokens down. ` +
    `Largest in each row: ${peaks.join(", ")}.${gold}`
  );
}
