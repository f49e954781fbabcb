/** The ways to look: one map, all heads of a layer, word by word, everything to choose from, or the beam as a tree. */
export const attentionViews = ["heatmap", "heads", "animation", "layers", "tree"] as const;

/** Whose attention: the target's to the source, or of source or target to itself. */
export const attentionKinds = ["cross", "encoder", "decoder"] as const;

/** Where the scale of colours ends: at a weight of 1, so that pictures compare, or at the largest weight. */
export const colorScales = ["one", "data"] as const;

/** What of a model's attention is shown; what is left out is chosen. */
export interface AttentionChoice {
  readonly view?: (typeof attentionViews)[number];
  readonly kind?: (typeof attentionKinds)[number];
  /** From 1; by default the last one. */
  readonly layer?: number;
  /** From 1; by default all of them. */
  readonly head?: number;
  /** Whether the colours reach to a weight of 1, or to the largest weight that is shown; default: 1. */
  readonly scale?: (typeof colorScales)[number];
}

/** Whether a view is a page that is played with, and so needs a browser. */
export function isPage(view: AttentionChoice["view"]): view is "animation" | "layers" {
  return view === "animation" || view === "layers";
}
