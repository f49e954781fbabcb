import type { NumberFormat } from "./figure.js";

/** A number with a fixed number of digits after the point; as a percentage, 0.974 is `97.4%`. */
export function formatFixed(value: number, format: NumberFormat, digits: number): string {
  const text = format === "percent" ? `${(100 * value).toFixed(digits)}%` : value.toFixed(digits);
  return /^-0(\.0*)?%?$/.test(text) ? text.slice(1) : text;
}

/** A number as short as a number of significant digits allows. */
export function formatShort(value: number, format: NumberFormat, significant: number): string {
  if (format === "percent") return `${Number((100 * value).toPrecision(significant))}%`;
  return String(Number(value.toPrecision(significant)));
}

/** A value as it stands in a cell or at the end of a bar; a dash where there is none. */
export function writeValue(value: number | null, format: NumberFormat, digits: number): string {
  return value === null ? "–" : formatFixed(value, format, digits);
}
