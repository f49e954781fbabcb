import { type CurveFigure, curve, type Series } from "@heed/viz";
import type { BenchResult, CaseResult } from "../run/result.js";

/** The name of a case: `512×512`. */
const square = /^\d+×\d+$/;

/** As many lines as can be told apart. */
const most = 7;

/**
 * The speed of square products by their size, of heed and its fastest peers; undefined where fewer than two sizes were
 * measured.
 */
export function sizeCurve({ cases, contestants }: BenchResult): CurveFigure | undefined {
  const squares = cases.filter(({ suite, name }) => suite === "matmul" && square.test(name));
  if (squares.length < 2) return undefined;
  const lines = contestants
    .filter(({ id }) => id !== "limit-1")
    .map(({ label, id }): Series & { best: number; id: string } => {
      const points = squares.flatMap((each) => point(each, id));
      return { name: label, id, points, best: Math.max(0, ...points.map(({ y }) => y)) };
    })
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => b.best - a.best)
    .slice(0, most)
    .map(({ name, points }) => ({ name, points }));
  if (lines.length === 0) return undefined;
  return curve({
    series: lines,
    xLabel: "rows and columns",
    yLabel: "GFLOP/s",
    title: "Product of square matrices",
    yScale: "log",
  });
}

function point({ name, outcomes }: CaseResult, id: string): { x: number; y: number }[] {
  const outcome = outcomes[id];
  return outcome && "summary" in outcome ? [{ x: Number.parseInt(name, 10), y: outcome.summary.median }] : [];
}
