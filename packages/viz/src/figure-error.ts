/** The input of a figure, or of one of its renderings, cannot be drawn; the message says what was expected and what came. */
export class FigureError extends Error {
  override readonly name: string = "FigureError";
}
