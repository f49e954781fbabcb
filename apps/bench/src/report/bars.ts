import type { Spec } from "vega";
import type { CaseResult, ContestantResult } from "../run/result.js";
import type { Summary } from "../statistics.js";
import { lessIsBetter } from "../suites/case.js";
import { formatValue } from "./format.js";
import { colorOf, faintInk, fontFamily, grid, ink } from "./style.js";

const labelWidth = 170;
const width = 460;
const valueWidth = 70;
const barHeight = 18;

interface Bar {
  readonly label: string;
  readonly color: string;
  readonly summary: Summary;
  readonly text: string;
}

/** The bars of a case, the best on top; who was not measured has none. */
export function barsOf({ outcomes, unit }: CaseResult, contestants: readonly ContestantResult[]): Bar[] {
  return contestants
    .flatMap(({ id, label }) => {
      const outcome = outcomes[id];
      if (!outcome || !("summary" in outcome)) return [];
      const { summary } = outcome;
      return [{ label, color: colorOf(id), summary, text: formatValue(summary.median) }];
    })
    .sort((a, b) => (a.summary.median - b.summary.median) * (lessIsBetter(unit) ? 1 : -1));
}

/** Horizontal bars from 0 to the median, with a line from the smallest to the largest measurement. */
export function barSpec(each: CaseResult, bars: readonly Bar[]): Spec {
  const rows = bars.map(({ label, color, summary: { median, min, max }, text }) => ({
    ...{ label, color, median, min, max, text },
  }));
  const largest = Math.max(...bars.map(({ summary }) => summary.max));
  const text = { font: { value: fontFamily }, fontSize: { value: 12 }, fill: { value: ink } };
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    width,
    height: rows.length * barHeight,
    autosize: "none",
    padding: { left: labelWidth, right: valueWidth, top: 4, bottom: 40 },
    data: [{ name: "bars", values: rows }],
    scales: [
      { name: "x", type: "linear", domain: [0, largest], range: "width", nice: false },
      { name: "y", type: "band", domain: rows.map(({ label }) => label), range: "height", paddingInner: 0.25 },
    ],
    axes: [
      {
        ...{ scale: "x", orient: "bottom", grid: true, gridColor: grid, domain: false, ticks: false, tickCount: 6 },
        ...{ labelFont: fontFamily, labelFontSize: 11, labelColor: faintInk, format: "~g" },
        ...{
          title: each.unit,
          titleFont: fontFamily,
          titleFontSize: 12,
          titleFontWeight: "normal",
          titleColor: faintInk,
        },
        aria: false,
      },
    ],
    marks: [
      {
        type: "rect",
        aria: false,
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            x2: { scale: "x", field: "median" },
            y: { scale: "y", field: "label" },
            height: { scale: "y", band: 1 },
            fill: { field: "color" },
          },
        },
      },
      {
        type: "rule",
        aria: false,
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", field: "min" },
            x2: { scale: "x", field: "max" },
            y: { scale: "y", field: "label", band: 0.5 },
            stroke: { value: ink },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: "text",
        aria: false,
        from: { data: "bars" },
        encode: {
          enter: {
            ...text,
            x: { value: -8 },
            y: { scale: "y", field: "label", band: 0.5 },
            align: { value: "right" },
            baseline: { value: "middle" },
            text: { field: "label" },
          },
        },
      },
      {
        type: "text",
        aria: false,
        from: { data: "bars" },
        encode: {
          enter: {
            ...text,
            x: { scale: "x", field: "max", offset: 6 },
            y: { scale: "y", field: "label", band: 0.5 },
            baseline: { value: "middle" },
            text: { field: "text" },
          },
        },
      },
    ],
  };
}
