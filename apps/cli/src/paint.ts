import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Gives a text a style, or leaves it alone where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** A {@link Paint} that paints, or does not. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}
