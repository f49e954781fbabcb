import { bars } from "../src/bars.js";
import { curve } from "../src/curve.js";
import { heatmap } from "../src/heatmap.js";
import type { HeatmapOptions } from "../src/heatmap-content.js";
import { heatmapGrid } from "../src/heatmap-grid.js";
import { heatmapSvg } from "../src/heatmap-svg.js";
import { matrix } from "../src/matrix.js";
import { toSvg } from "../src/to-svg.js";

/** What the page under test can be asked. Everything that goes in or comes out is plain data. */
export interface ChecksPage {
  /** A figure of each kind as SVG, by kind. */
  figures(): Promise<Readonly<Record<string, string>>>;
  heatmapSvg(options: HeatmapOptions): string;
}

export const checks: ChecksPage = {
  async figures() {
    const [weights, source, target] = [[[0.25, 0.75]], ["나는", "<eos>"], ["i"]];
    const points = [
      { x: 1, y: 2 },
      { x: 2, y: 0.5 },
    ];
    const figures = [
      heatmap({ weights, source, target, title: "제목", reference: ["i"] }),
      heatmapGrid({ maps: [{ label: "head 1", weights }], source, target }),
      curve({
        series: [{ name: "train", points }],
        ...{ xLabel: "epoch", yLabel: "loss", yScale: "log", rules: [{ x: 2, label: "end" }] },
      }),
      matrix({
        values: [[0.5, null]],
        rows: ["dot"],
        columns: ["a", "b"],
        rowLabel: "r",
        columnLabel: "c",
        valueLabel: "v",
      }),
      bars({ groups: ["a"], series: [{ name: "x", values: [0.5] }], groupLabel: "g", valueLabel: "v" }),
    ];
    const drawn: Record<string, string> = {};
    for (const figure of figures) drawn[figure.kind] = await toSvg(figure);
    return drawn;
  },
  heatmapSvg,
};

Object.assign(globalThis, { checks });
