import type { Spec } from "vega";
import { barsSpec } from "./bars-spec.js";
import { curveSpec } from "./curve-spec.js";
import type { Figure } from "./figure.js";
import { heatmapGridSpec } from "./heatmap-grid-spec.js";
import { heatmapSpec } from "./heatmap-spec.js";
import { matrixSpec } from "./matrix-spec.js";
import type { Look } from "./style.js";
import { treeSpec } from "./tree-spec.js";

/** Returns the Vega specification of a figure. */
export function figureSpec(figure: Figure, look: Look): Spec {
  switch (figure.kind) {
    case "heatmap":
      return heatmapSpec(figure, look);
    case "heatmap-grid":
      return heatmapGridSpec(figure, look);
    case "curve":
      return curveSpec(figure, look);
    case "matrix":
      return matrixSpec(figure, look);
    case "bars":
      return barsSpec(figure, look);
    case "tree":
      return treeSpec(figure, look);
  }
}
