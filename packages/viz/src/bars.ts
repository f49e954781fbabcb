import type { BarsFigure, NumberFormat } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { writeValue } from "./format-number.js";
import { SERIES_COLORS } from "./style.js";
import { displayText } from "./text.js";

/** One bar in each group, all of one colour. */
export interface BarSeries {
  readonly name: string;
  /** A number that is not negative for each group, or null where there is none. */
  readonly values: ArrayLike<number | null>;
}

/** What `bars` draws. */
export interface BarsOptions {
  /** Names of the groups from top to bottom, each different: models, for instance. */
  readonly groups: readonly string[];
  /** One to seven series, each with a name of its own: the bars of every group. */
  readonly series: readonly BarSeries[];
  /** What the groups are, such as "model". */
  readonly groupLabel: string;
  /** What the length of a bar is, with its unit. */
  readonly valueLabel: string;
  /** "percent" writes shares of 1 as percentages: 0.5 as 50.0%. */
  readonly valueFormat?: NumberFormat;
  /** Digits after the point; by default 1 for percentages, else 3. */
  readonly digits?: number;
  /** The value at the end of the axis; by default a round one at or above the largest. */
  readonly valueMax?: number;
  /** Heading. */
  readonly title?: string;
}

/**
 * Bars from the left in groups, with the number at the end of each: repetition rate by model.
 *
 * @throws FigureError when there is no group or value, when there are no series or more than seven, when a name comes
 *   twice, when a series has not one value a group, or when a value is negative, not finite or above `valueMax`.
 * @example
 * const figure = bars({
 *   groups: ["fixed-context", "bahdanau"],
 *   series: [{ name: "test", values: [0.31, 0.02] }],
 *   groupLabel: "model",
 *   valueLabel: "repeated tokens",
 *   valueFormat: "percent",
 * });
 */
export function bars(options: BarsOptions): BarsFigure {
  const { title, valueFormat = "number" } = options;
  const digits = options.digits ?? (valueFormat === "percent" ? 1 : 3);
  if (!(Number.isInteger(digits) && digits >= 0 && digits <= 20)) {
    throw new FigureError(`bars: digits must be a whole number from 0 to 20, got ${digits}.`);
  }
  if (options.groups.length === 0) throw new FigureError("bars: expected at least one group, got none.");
  if (options.series.length === 0 || options.series.length > SERIES_COLORS.length) {
    throw new FigureError(`bars: expected 1 to ${SERIES_COLORS.length} series, got ${options.series.length}.`);
  }
  checkNames("group", options.groups);
  checkNames(
    "series",
    options.series.map(({ name }) => name),
  );
  const groups = options.groups.map(displayText);
  const series = options.series.map((one) => ({ name: displayText(one.name), values: readValues(one, groups) }));
  const content = {
    groups,
    series,
    groupLabel: displayText(options.groupLabel),
    valueLabel: displayText(options.valueLabel),
    valueFormat,
    digits,
    valueMax: readMax(
      options.valueMax,
      series.flatMap(({ values }) => values),
    ),
    ...(title === undefined ? {} : { title: displayText(title) }),
  };
  return { kind: "bars", ...content, description: describe(content) };
}

function checkNames(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new FigureError(`bars: expected a name of its own for each ${what}, got "${twice}" twice.`);
}

function readValues({ name, values }: BarSeries, groups: readonly string[]): (number | null)[] {
  if (values.length !== groups.length) {
    throw new FigureError(
      `bars: series "${name}" must have one value for each group: expected ${groups.length}, got ${values.length}.`,
    );
  }
  return Array.from(values, (value, i) => {
    if (value !== null && !(Number.isFinite(value) && value >= 0)) {
      throw new FigureError(
        `bars: series "${name}", group "${groups[i]}": expected a finite number that is not negative, or null, got ${value}.`,
      );
    }
    return value;
  });
}

function readMax(valueMax: number | undefined, values: readonly (number | null)[]): number {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) throw new FigureError("bars: expected at least one value that is a number, got none.");
  const largest = Math.max(...numbers);
  if (valueMax === undefined) return roundUp(largest);
  if (!(Number.isFinite(valueMax) && valueMax > 0 && valueMax >= largest)) {
    throw new FigureError(
      `bars: valueMax must be above 0 and not below the largest value ${largest}, got ${valueMax}.`,
    );
  }
  return valueMax;
}

/** The next round number at or above a value; 1 for 0. */
function roundUp(value: number): number {
  if (value === 0) return 1;
  const power = Math.floor(Math.log10(value));
  const steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => Number(`${step}e${power}`)); // exact, unlike 10 ** power
  return steps.find((step) => step >= value) ?? Number(`1e${power + 1}`);
}

function describe({ groups, series, valueLabel, valueFormat, digits }: Omit<BarsFigure, "kind" | "description">) {
  const said = groups.map((group, i) => {
    const values = series.map(
      ({ name, values }) => `${series.length > 1 ? `${name} ` : ""}${writeValue(values[i]!, valueFormat, digits)}`,
    );
    return `${group}: ${values.join(", ")}`;
  });
  return `Bar chart of ${valueLabel}. ${said.join("; ")}.`;
}
