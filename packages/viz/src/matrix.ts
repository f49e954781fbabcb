import type { MatrixFigure, NumberFormat } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { formatFixed } from "./format-number.js";
import { displayText } from "./text.js";

/** What `matrix` draws. */
export interface MatrixOptions {
  /** `[rows, columns]`: one finite number a cell, or null where there is none. */
  readonly values: ArrayLike<ArrayLike<number | null>>;
  /** Names of the rows, each different. */
  readonly rows: readonly string[];
  /** Names of the columns, each different. */
  readonly columns: readonly string[];
  /** What the rows are, such as "scorer". */
  readonly rowLabel: string;
  /** What the columns are, such as "normalizer". */
  readonly columnLabel: string;
  /** What the numbers are, with their unit: title of the colour bar. */
  readonly valueLabel: string;
  /** "percent" writes shares of 1 as percentages: 0.5 as 50.0%. */
  readonly valueFormat?: NumberFormat;
  /** Digits after the point; by default 1 for percentages, else 3. */
  readonly digits?: number;
  /** The values that get the first and the last colour; by default the smallest and the largest. */
  readonly colorDomain?: readonly [low: number, high: number];
  /** Heading. */
  readonly title?: string;
}

/**
 * A table of numbers as coloured cells with the number in each: accuracy by scorer and normalizer.
 *
 * @throws FigureError when there is no row, column or value, when a name comes twice, when the number of values differs
 *   from that of the names, when a value is not finite, or when one lies outside `colorDomain`.
 * @example
 * const figure = matrix({
 *   values: [[0.91, 0.97], [0.88, null]],
 *   rows: ["dot", "additive"],
 *   columns: ["softmax", "sparsemax"],
 *   rowLabel: "scorer",
 *   columnLabel: "normalizer",
 *   valueLabel: "token accuracy",
 *   valueFormat: "percent",
 * });
 */
export function matrix(options: MatrixOptions): MatrixFigure {
  const { title, valueFormat = "number" } = options;
  const digits = options.digits ?? (valueFormat === "percent" ? 1 : 3);
  if (!(Number.isInteger(digits) && digits >= 0 && digits <= 20)) {
    throw new FigureError(`matrix: digits must be a whole number from 0 to 20, got ${digits}.`);
  }
  const rows = readNames("rows", options.rows);
  const columns = readNames("columns", options.columns);
  const values = readValues(options.values, rows, columns);
  const content = {
    values,
    rows,
    columns,
    rowLabel: displayText(options.rowLabel),
    columnLabel: displayText(options.columnLabel),
    valueLabel: displayText(options.valueLabel),
    valueFormat,
    digits,
    colorDomain: readColorDomain(options.colorDomain, values),
    ...(title === undefined ? {} : { title: displayText(title) }),
  };
  return { kind: "matrix", ...content, description: describe(content) };
}

function readNames(side: string, names: readonly string[]): string[] {
  if (names.length === 0) throw new FigureError(`matrix: expected at least one name in ${side}, got none.`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new FigureError(`matrix: expected a name of its own for each of the ${side}, got "${twice}" twice.`);
  return names.map(displayText);
}

function readValues(values: MatrixOptions["values"], rows: readonly string[], columns: readonly string[]) {
  if (values.length !== rows.length) {
    throw new FigureError(`matrix: values must have one row for each of ${rows.length} rows, got ${values.length}.`);
  }
  return Array.from(values, (row, i) => {
    if (row.length !== columns.length) {
      throw new FigureError(
        `matrix: values row ${i} ("${rows[i]}") must have one value for each column: expected ${columns.length}, got ${row.length}.`,
      );
    }
    return Array.from(row, (value, j) => {
      if (value !== null && !Number.isFinite(value)) {
        throw new FigureError(
          `matrix: row ${i} ("${rows[i]}"), column ${j} ("${columns[j]}"): expected a finite number or null, got ${value}.`,
        );
      }
      return value;
    });
  });
}

function readColorDomain(domain: MatrixOptions["colorDomain"], values: readonly (readonly (number | null)[])[]) {
  const numbers = values.flat().filter((value) => value !== null);
  if (numbers.length === 0) throw new FigureError("matrix: expected at least one value that is a number, got none.");
  const [smallest, largest] = [Math.min(...numbers), Math.max(...numbers)];
  if (domain === undefined) return [smallest, largest] as const;
  const [low, high] = domain;
  if (!(low <= smallest && largest <= high && Number.isFinite(low) && Number.isFinite(high))) {
    throw new FigureError(
      `matrix: colorDomain must hold every value, from ${smallest} to ${largest}, got [${low}, ${high}].`,
    );
  }
  return [low, high] as const;
}

/** Says in words which cells stand out. */
function describe(content: Omit<MatrixFigure, "kind" | "description">): string {
  const { values, rows, columns, rowLabel, columnLabel, valueLabel, valueFormat, digits } = content;
  const cells = values.flatMap((row, i) =>
    row.flatMap((value, j) => (value === null ? [] : [{ value, name: `${rows[i]} with ${columns[j]}` }])),
  );
  cells.sort((a, b) => b.value - a.value);
  const say = ({ value, name }: { value: number; name: string }) =>
    `${name} (${formatFixed(value, valueFormat, digits)})`;
  return (
    `Table of ${valueLabel}: ${rows.length} rows (${rowLabel}), ${columns.length} columns (${columnLabel}). ` +
    `Largest: ${say(cells[0]!)}; smallest: ${say(cells.at(-1)!)}.`
  );
}
