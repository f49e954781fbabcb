import type { HeatmapAxes, HeatmapGridFigure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { readColorMax, readWeights } from "./read-weights.js";
import { displayText } from "./text.js";

/** One map of attention weights with a name: a head, a layer, a model. */
export interface NamedMap {
  /** What stands above the map, such as "layer 2, head 1". */
  readonly label: string;
  /** Attention weights `[target, source]`, each in [0, 1]. */
  readonly weights: ArrayLike<ArrayLike<number>>;
}

/** What `heatmapGrid` draws. */
export interface HeatmapGridOptions {
  /** The maps in reading order, all over the same tokens. */
  readonly maps: readonly NamedMap[];
  /** Source tokens, across. Tokens may repeat. */
  readonly source: readonly string[];
  /** Target tokens, down. Tokens may repeat. */
  readonly target: readonly string[];
  /** What the sides are called; "source" and "target" by default. */
  readonly axes?: HeatmapAxes;
  /** Heading. */
  readonly title?: string;
  /** Title of the colour bar; "attention weight" by default. */
  readonly colorLabel?: string;
  /** The weight that gets the last colour in every map: 1 by default; "data" takes the largest weight of all maps. */
  readonly colorMax?: number | "data";
  /** Maps side by side; by default a balanced grid (4 maps are 2 by 2) that fits `width`. With one layer a row, the number of heads. */
  readonly perRow?: number;
  /** Width of the picture in pixels of the SVG, 960 by default; a map that is wider alone makes it wider. */
  readonly width?: number;
}

/**
 * Heatmaps side by side, over the same tokens and on one colour scale: the heads of a layer, or all of a model.
 *
 * @throws FigureError when there is no map or no token, when a map's shape is not that of the tokens, when a weight is
 *   not a number in [0, 1], or when `perRow` or `width` is not a positive number.
 * @example
 * const maps = heads.map((weights, i) => ({ label: `head ${i + 1}`, weights }));
 * await saveFigure(heatmapGrid({ maps, source, target }), "heads.svg");
 */
export function heatmapGrid(options: HeatmapGridOptions): HeatmapGridFigure {
  const {
    title,
    colorLabel = "attention weight",
    perRow,
    width = 960,
    axes = { across: "source", down: "target" },
  } = options;
  if (options.maps.length === 0) throw new FigureError("heatmapGrid: expected at least one map, got none.");
  if (perRow !== undefined && !(Number.isInteger(perRow) && perRow > 0)) {
    throw new FigureError(`heatmapGrid: perRow must be a whole number above 0, got ${perRow}.`);
  }
  if (!(width > 0 && Number.isFinite(width))) {
    throw new FigureError(`heatmapGrid: width must be a number above 0, got ${width}.`);
  }
  const source = options.source.map(displayText);
  const target = options.target.map(displayText);
  const maps = options.maps.map(({ label, weights }) => ({
    label: displayText(label),
    weights: readWeights(`heatmapGrid: map "${label}"`, weights, source, target),
  }));
  const content = {
    maps,
    source,
    target,
    axes: { across: displayText(axes.across), down: displayText(axes.down) },
    colorLabel: displayText(colorLabel),
    colorMax: readColorMax(
      "heatmapGrid",
      options.colorMax ?? 1,
      maps.flatMap(({ weights }) => weights),
    ),
    width,
    ...(title === undefined ? {} : { title: displayText(title) }),
    ...(perRow === undefined ? {} : { perRow }),
  };
  return { kind: "heatmap-grid", ...content, description: describe(content) };
}

/** Says in words what differs between the maps: how sharply each looks. */
function describe({ maps, source, target, axes, colorLabel }: Omit<HeatmapGridFigure, "kind" | "description">): string {
  const shown = 16; // a screen reader reads all of it aloud
  const peaks = maps.slice(0, shown).map(({ label, weights }) => {
    const sum = weights.reduce((total, row) => total + Math.max(...row), 0);
    return `${label} ${(sum / weights.length).toFixed(2)}`;
  });
  if (maps.length > shown) peaks.push(`and ${maps.length - shown} more`);
  return (
    `${maps.length} heatmaps of ${colorLabel}: ${source.length} ${axes.across} tokens across, ${target.length} ${axes.down} tokens down. ` +
    `Mean over the rows of the largest weight: ${peaks.join(", ")}.`
  );
}
