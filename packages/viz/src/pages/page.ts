import type { Figure, NamedWeights } from "../figure.js";
import type { LookOptions } from "../style.js";
import type { ReportPage } from "./report.js";

/** Which attention of a Transformer a map comes from: its rows look at its columns. */
export type AttentionName = "cross" | "encoder" | "decoder";

/** A page on which a sentence is written word by word, made by `attentionAnimation`. */
export interface AnimationPage {
  readonly kind: "animation";
  readonly title: string;
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly reference?: readonly string[];
  /** The weights of each are `[target, source]`, in [0, 1]. */
  readonly maps: readonly NamedWeights[];
}

/** One head of one layer on an `ExplorerPage`. */
export interface ExplorerMap {
  readonly name: AttentionName;
  readonly layer: number;
  readonly head: number;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `[rows, columns]`, in [0, 1]. */
  readonly weights: readonly (readonly number[])[];
}

/** A page on which one walks through the layers and heads of a Transformer, made by `attentionExplorer`. */
export interface ExplorerPage {
  readonly kind: "explorer";
  readonly title: string;
  /** Whether the colours reach to the largest weight of a layer at first, not to 1. */
  readonly stretched: boolean;
  /** By name, layer and head. */
  readonly maps: readonly ExplorerMap[];
}

/** A page whose script draws what its data says. */
export type DrawnPage = AnimationPage | ExplorerPage;

/** An interactive page: unlike a figure it has one form, HTML. Give it to `toHtml` or `saveFigure`. */
export type Page = DrawnPage | ReportPage;

/** Whether a value is an interactive page, not a figure. */
export function isPage(drawn: Figure | Page): drawn is Page {
  return drawn.kind === "animation" || drawn.kind === "explorer" || drawn.kind === "report";
}

/** A page as it is written into its HTML. */
export type PageData<P extends DrawnPage = DrawnPage> = P & {
  /** The colours of the scale, from weight 0 to the largest. */
  readonly colors: readonly string[];
};

/** How `toHtml` writes a page. */
export interface HtmlOptions extends LookOptions {
  /** Language of the page's words (BCP 47); "en" by default. */
  readonly lang?: string;
}
