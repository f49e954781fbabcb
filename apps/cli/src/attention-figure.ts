import type { Translation } from "@heed/train";
import { type HeatmapFigure, heatmap } from "@heed/viz";

/**
 * The heatmap of a translated sentence.
 *
 * @returns undefined where there are no weights: the model has no attention, or the sentence is empty
 */
export function attentionFigure(
  { source, tokens, weights }: Translation,
  title: string,
  reference?: readonly string[],
): HeatmapFigure | undefined {
  if (weights === null || source.length === 0 || tokens.length === 0) return undefined;
  return heatmap({ weights, source, target: tokens, title, ...(reference ? { reference } : {}) });
}
