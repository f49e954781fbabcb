import { HeedError } from "@heed/core";

/** The input of a figure, or of one of its renderings, cannot be drawn; the message says what was expected and what came. */
export class FigureError extends HeedError {
  override readonly name: string = "FigureError";
}
