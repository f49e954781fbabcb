import { FigureError } from "../figure-error.js";
import type { NamedMap } from "../heatmap-grid.js";
import { readWeights } from "../read-weights.js";
import { displayText } from "../text.js";
import type { AnimationPage } from "./page.js";

/** What `attentionAnimation` shows. */
export interface AttentionAnimationOptions {
  /** Source tokens. Tokens may repeat. */
  readonly source: readonly string[];
  /** Target tokens, in the order in which the model wrote them. */
  readonly target: readonly string[];
  /** One map of weights `[target, source]`, or one a head; with several, the reader chooses among them. */
  readonly maps: readonly NamedMap[];
  /** Heading; "Attention, word by word" by default. */
  readonly title?: string;
  /** The gold target tokens, shown below; their number may differ from that of `target`. */
  readonly reference?: readonly string[];
}

/**
 * A page on which the target tokens appear one by one, each with its weights over the source: bars, shades and lines.
 *
 * It plays, pauses, and goes step by step with a slider, the arrow keys or a click on a word; with several maps there is
 * a choice of one, of their mean, or of all in colours. It loads nothing.
 *
 * @throws FigureError when there is no map or no token, when two maps have one label, when a map's shape is not that of
 *   the tokens, or when a weight is not a number in [0, 1].
 * @example
 * const page = attentionAnimation({ source, target, maps: [{ label: "attention", weights }] });
 * await saveFigure(page, "attention.html");
 */
export function attentionAnimation(options: AttentionAnimationOptions): AnimationPage {
  const { title = "Attention, word by word", reference } = options;
  if (options.maps.length === 0) throw new FigureError("attentionAnimation: expected at least one map, got none.");
  const source = options.source.map(displayText);
  const target = options.target.map(displayText);
  const labels = options.maps.map(({ label }) => displayText(label));
  const twice = labels.find((label, k) => labels.indexOf(label) < k);
  if (twice !== undefined) {
    throw new FigureError(`attentionAnimation: expected a label of its own for each map, got "${twice}" twice.`);
  }
  return {
    kind: "animation",
    title: displayText(title),
    source,
    target,
    maps: options.maps.map(({ weights }, k) => ({
      label: labels[k]!,
      weights: readWeights(`attentionAnimation: map "${labels[k]}"`, weights, source, target),
    })),
    ...(reference === undefined ? {} : { reference: reference.map(displayText) }),
  };
}
