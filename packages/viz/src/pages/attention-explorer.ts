import { FigureError } from "../figure-error.js";
import { readWeights } from "../read-weights.js";
import { displayText } from "../text.js";
import type { AttentionName, ExplorerMap, ExplorerPage } from "./page.js";

/** The weights of one head of one layer. */
export interface AttentionMap {
  /** "cross" (target looks at source), "encoder" (source at source) or "decoder" (target at target). */
  readonly name: AttentionName;
  /** The layer's number as it is shown, a whole number. */
  readonly layer: number;
  /** The head's number as it is shown, a whole number. */
  readonly head: number;
  /** The tokens that look, one a row. */
  readonly rows: readonly string[];
  /** The tokens that are looked at, one a column. */
  readonly columns: readonly string[];
  /** Attention weights `[rows, columns]`, each in [0, 1]. */
  readonly weights: ArrayLike<ArrayLike<number>>;
}

/** What `attentionExplorer` shows. */
export interface AttentionExplorerOptions {
  /** The maps in any order. */
  readonly maps: readonly AttentionMap[];
  /** The weight that gets the last colour: 1 (default), or "data", the largest of a layer. The reader can change it. */
  readonly colorMax?: 1 | "data";
  /** Heading; "Attention by layer and head" by default. */
  readonly title?: string;
}

const ORDER: readonly AttentionName[] = ["cross", "encoder", "decoder"];

/**
 * A page on which the reader walks through the attention of a Transformer: a large map with its weights under the
 * pointer, beside small ones of all heads of the layer. It opens at the last layer. The arrow keys go to the next head or layer. It loads nothing.
 *
 * @throws FigureError when there is no map, when a name is unknown, when a layer or head is not a whole number or comes
 *   twice, when a map's shape is not that of its tokens, or when a weight is not a number in [0, 1].
 * @example
 * const page = attentionExplorer({ maps: [{ name: "cross", layer: 1, head: 1, rows: target, columns: source, weights }] });
 * await saveFigure(page, "attention.html");
 */
export function attentionExplorer({
  maps,
  colorMax = 1,
  title = "Attention by layer and head",
}: AttentionExplorerOptions): ExplorerPage {
  if (maps.length === 0) throw new FigureError("attentionExplorer: expected at least one map, got none.");
  const places = new Set<string>();
  const read = maps.map((map): ExplorerMap => {
    const { name, layer, head } = map;
    const place = `${name} layer ${layer}, head ${head}`;
    if (!ORDER.includes(name)) {
      throw new FigureError(`attentionExplorer: expected a name among ${ORDER.join(", ")}, got "${name}".`);
    }
    if (!Number.isSafeInteger(layer) || !Number.isSafeInteger(head)) {
      throw new FigureError(`attentionExplorer: ${place}: layer and head must be whole numbers.`);
    }
    if (places.has(place)) throw new FigureError(`attentionExplorer: ${place} comes twice.`);
    places.add(place);
    const rows = map.rows.map(displayText);
    const columns = map.columns.map(displayText);
    const sides = { rows: "row", columns: "column" };
    const weights = readWeights(`attentionExplorer: ${place}`, map.weights, columns, rows, sides);
    return { name, layer, head, rows, columns, weights };
  });
  read.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name) || a.layer - b.layer || a.head - b.head);
  return { kind: "explorer", title: displayText(title), stretched: colorMax === "data", maps: read };
}
