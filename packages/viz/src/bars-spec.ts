import type { Mark, Spec } from "vega";
import { axis } from "./axis.js";
import type { BarsFigure } from "./figure.js";
import { writeValue } from "./format-number.js";
import { legendNames, seriesLegend, seriesScales } from "./series-legend.js";
import type { Look } from "./style.js";
import { BOLD, textWidth, truncate, wrap } from "./text.js";
import { words } from "./words.js";

type Content = Omit<BarsFigure, "kind" | "description">;

const WIDTH = 440;
const MARGIN = 16;
const TITLE_SIZE = 16;
const LABEL_SIZE = 13;
const NUMBER_SIZE = 11;
const AXIS_SIZE = 12;
const LABEL_LIMIT = 200;
const GROUP_GAP = 14;

/** The Vega specification of grouped bars; they lie, so that names of models stand beside them unbroken. */
export function barsSpec(content: Content, look: Look): Spec {
  const { groups, series, groupLabel, valueLabel, valueFormat, digits, valueMax, title } = content;
  const measure = (text: string) => textWidth(text, LABEL_SIZE);
  const down = groups.map((name) => truncate(name, LABEL_LIMIT, measure));
  const thickness = series.length === 1 ? 22 : 16;
  const pitch = series.length * thickness + GROUP_GAP;
  const height = pitch * groups.length;
  const legend = legendNames(series.map(({ name }) => name));

  const numbers = series.flatMap(({ values }, k) =>
    values.map((value, i) => ({
      series: k,
      y: i * pitch + GROUP_GAP / 2 + k * thickness,
      end: value === null ? 0 : (value / valueMax) * WIDTH,
      text: writeValue(value, valueFormat, digits),
    })),
  );
  const reach = Math.max(...numbers.map(({ end, text }) => end + 6 + textWidth(text, NUMBER_SIZE)));
  const beyond = Math.max(0, reach - WIDTH) + 12; // what the numbers of the longest bars need
  const left = MARGIN + AXIS_SIZE + 12 + Math.max(...down.map(measure)) + 8;
  const right = beyond + (series.length > 1 ? legend.width + 8 : 0) + MARGIN;
  const titleLines =
    title === undefined
      ? []
      : wrap(title, left + WIDTH + right - 2 * MARGIN, (text) => textWidth(text, TITLE_SIZE * BOLD));
  const top = MARGIN + (titleLines.length === 0 ? 0 : titleLines.length * TITLE_SIZE * 1.3 + 10);

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width: WIDTH,
    height: Math.max(height, series.length > 1 ? 20 * series.length : 0),
    autosize: "none",
    padding: { left, right, top, bottom: 52 },
    config: { text: { font: look.font } },
    data: [{ name: "values", values: numbers }],
    scales: [
      { name: "x", type: "linear", domain: [0, valueMax], range: "width", zero: true },
      ...seriesScales(legend.names, look),
    ],
    axes: [
      axis(look, "x", "bottom", valueLabel, WIDTH, {
        titleY: 34,
        tickCount: 6,
        ...(valueFormat === "percent" ? { format: "~%" } : {}),
        grid: true,
        gridColor: look.grid,
      }),
    ],
    ...(series.length > 1
      ? {
          legends: [
            seriesLegend(look, WIDTH + beyond + 8, { fill: "color", symbolType: "square", symbolStrokeWidth: 0 }),
          ],
        }
      : {}),
    marks: [
      ...barMarks(thickness, look),
      ...down.map((name, i) =>
        words(name, LABEL_SIZE, { x: -8, y: (i + 0.5) * pitch, align: "right", baseline: "middle", fill: look.ink }),
      ),
      words(
        truncate(groupLabel, Math.max(height, 60), (text) => textWidth(text, AXIS_SIZE)),
        AXIS_SIZE,
        { x: MARGIN + AXIS_SIZE - left, y: height / 2, angle: -90, align: "center", fill: look.faintInk },
      ),
      words(titleLines, TITLE_SIZE, {
        x: MARGIN - left,
        y: MARGIN + TITLE_SIZE - top,
        fill: look.ink,
        fontWeight: "bold",
      }),
    ],
  };
}

function barMarks(thickness: number, look: Look): Mark[] {
  return [
    {
      type: "rect",
      name: "bars",
      aria: false,
      from: { data: "values" },
      encode: {
        enter: {
          x: { value: 0 },
          y: { field: "y" },
          width: { field: "end" },
          height: { value: thickness - 2 },
          fill: { scale: "color", field: "series" },
        },
      },
    },
    {
      type: "text",
      name: "numbers",
      aria: false,
      from: { data: "values" },
      encode: {
        enter: {
          x: { field: "end", offset: 6 },
          y: { field: "y", offset: thickness / 2 - 1 },
          text: { field: "text" },
          fontSize: { value: NUMBER_SIZE },
          baseline: { value: "middle" },
          fill: { value: look.ink },
        },
      },
    },
  ];
}
