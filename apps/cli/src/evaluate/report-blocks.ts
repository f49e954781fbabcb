import { type BarsOptions, bars, type ReportBlock, type ReportCell, type ReportColumn } from "@heed/viz";

/** The largest number of systems that a figure has colours for. */
export const shownSystems = 7;

/** A cell that is sorted by its number. */
export function numberCell(value: number, text: string, strong = false): ReportCell {
  return { text, value, strong };
}

/** A column of numbers for each system or measure. */
export function numberColumns(of: readonly { readonly name: string }[]): ReportColumn[] {
  return of.map(({ name }) => ({ label: name, type: "number" }));
}

/** A bar chart; none when a value is negative, which bars cannot show. */
export function barChart(options: BarsOptions): ReportBlock[] {
  const series = options.series.map(({ name, values }) => ({
    name,
    // Rounding noise would make the axis of a perfect BLEU longer than 100.
    values: Array.from(values, (value) => (value === null ? null : Number(value.toFixed(6)))),
  }));
  if (series.some(({ values }) => values.some((value) => value !== null && value < 0))) return [];
  return [{ kind: "figures", figures: [bars({ ...options, series })] }];
}
