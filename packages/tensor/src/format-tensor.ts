import type { DType } from "./dtype.js";
import { type Shape, stridesOf } from "./shape.js";

/** Above this number of elements, only the first and last entries of long axes are shown. */
const summariseAbove = 1000;
/** Entries that are shown at each end of a long axis. */
const edge = 3;
const lineWidth = 80;

/**
 * Formats values as NumPy does: brackets for each axis, columns aligned, four digits behind the point, an exponent where
 * the magnitudes differ by more than 1000. Above 1000 elements, three entries at each end of an axis are shown.
 *
 * @param values - row-major
 */
export function formatTensor({ shape, dtype }: { shape: Shape; dtype: DType }, values: ArrayLike<number>): string {
  const strides = stridesOf(shape);
  const shown = shape.map((length) => {
    const all = Array.from({ length }, (_, i) => i);
    if (values.length <= summariseAbove || length <= 2 * edge) return all;
    return [...all.slice(0, edge), null, ...all.slice(-edge)];
  });

  const selected: number[] = [];
  const select = (axis: number, offset: number): void => {
    if (axis === shape.length) selected.push(values[offset]!);
    else for (const i of shown[axis]!) if (i !== null) select(axis + 1, offset + i * strides[axis]!);
  };
  if (values.length > 0) select(0, 0);
  const texts = formatNumbers(selected, dtype);
  const width = Math.max(0, ...texts.map((text) => text.length));

  let next = 0;
  const write = (axis: number): string => {
    if (axis === shape.length) return texts[next++]!.padStart(width);
    const parts = shown[axis]!.map((i) => (i === null ? "…" : write(axis + 1)));
    const indent = `\n${" ".repeat(axis + 1)}`;
    if (axis < shape.length - 1) return `[${parts.join(`,${"\n".repeat(shape.length - axis - 2)}${indent}`)}]`;
    const perLine = Math.max(1, Math.floor((lineWidth - axis - 1) / (width + 2)));
    const lines = Array.from({ length: Math.ceil(parts.length / perLine) }, (_, line) =>
      parts.slice(line * perLine, (line + 1) * perLine).join(", "),
    );
    return `[${lines.join(`,${indent}`)}]`;
  };
  return values.length === 0 ? "[]" : write(0);
}

/** Formats numbers in one style, which suits them all. */
function formatNumbers(numbers: readonly number[], dtype: DType): string[] {
  if (dtype === "bool") return numbers.map((value) => String(value !== 0));
  if (dtype === "i32") return numbers.map(String);
  const sizes = numbers.map(Math.abs).filter((size) => size > 0 && size < Number.POSITIVE_INFINITY);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const whole = sizes.every(Number.isInteger);
  const exponent = largest >= 1e8 || (!whole && (smallest < 1e-4 || largest / smallest > 1000));
  return numbers.map((value) => {
    if (Number.isNaN(value)) return "nan";
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    const size = Math.abs(value);
    if (size === Number.POSITIVE_INFINITY) return `${sign}inf`;
    if (!exponent) return sign + (whole ? `${size}.` : size.toFixed(4));
    return sign + size.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2");
  });
}
