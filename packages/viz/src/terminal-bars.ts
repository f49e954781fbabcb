import type { BarsFigure } from "./figure.js";
import { writeValue } from "./format-number.js";
import { SERIES_COLORS } from "./style.js";
import { columns, padEnd, paint } from "./terminal-text.js";
import { truncate, wrap } from "./text.js";

const LABEL_LIMIT = 28;
/** Fillings that tell series apart without colour. */
const FILLS = ["█", "▒", "▚", "░", "▞", "▓", "#"] as const;
/** Eighths of a column, from none to seven. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** The lines of grouped bars in a terminal, with the number at the end of each. */
export function terminalBars(figure: BarsFigure, color: boolean, width: number): string[] {
  const { groups, series, valueLabel, valueFormat, digits, valueMax, title } = figure;
  const down = groups.map((name) => truncate(name, Math.min(LABEL_LIMIT, width >> 1), columns));
  const labelWidth = Math.max(...down.map(columns));
  const written = series.map(({ values }) => values.map((value) => writeValue(value, valueFormat, digits)));
  const room = Math.max(4, width - labelWidth - 2 - Math.max(...written.flat().map(columns)) - 1);
  const fill = (k: number, text: string) => (color ? paint(text, SERIES_COLORS[k]!) : text);

  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  lines.push(...wrap(valueLabel, width, columns));
  groups.forEach((_, i) => {
    series.forEach(({ values }, k) => {
      const length = ((values[i] ?? 0) / valueMax) * room;
      const whole = color || series.length === 1;
      const bar = whole
        ? "█".repeat(Math.floor(length)) + EIGHTHS[Math.floor((length % 1) * 8)]!
        : FILLS[k]!.repeat(Math.round(length));
      const label = padEnd(k === 0 ? down[i]! : "", labelWidth);
      lines.push(`${label} │${bar === "" ? "" : fill(k, bar)} ${written[k]![i]!}`);
    });
    if (series.length > 1) lines.push("");
  });
  if (series.length > 1) {
    lines.push(
      ...series.map(({ name }, k) => `${fill(k, color ? "█" : FILLS[k]!)} ${truncate(name, width - 2, columns)}`),
    );
  }
  return lines;
}
