import type { EpochEvent } from "@heed/train";
import { type BarsFigure, bars, type CurveFigure, curve, type Rule } from "@heed/viz";
import { extent } from "d3-array";
import type { DataStatistics } from "./data-statistics.js";

/** Points of a line; more cannot be told apart. */
const POINTS = 500;

/** Losses by epoch. There must be one. */
export function lossCurve(history: readonly EpochEvent[], rules: readonly Rule[] = []): CurveFigure {
  const [low = 0, high = 0] = extent(history.flatMap(({ trainLoss, validLoss }) => [trainLoss, validLoss]));
  return curve({
    series: [
      line("training", history, ({ trainLoss }) => trainLoss),
      line("validation", history, ({ validLoss }) => validLoss),
    ],
    xLabel: "epoch",
    yLabel: "loss (nats per token)",
    title: "Loss by epoch",
    // A loss that falls a hundredfold is a flat line on a linear scale.
    yScale: low > 0 && high / low > 20 ? "log" : "linear",
    rules,
  });
}

/** The metrics that were measured on the validation set. */
export function metricNames(history: readonly EpochEvent[]): string[] {
  return [...new Set(history.flatMap(({ metrics }) => Object.keys(metrics)))];
}

/** Loss, accuracy, metrics and learning rate by epoch; the best epoch is marked. None without an epoch. */
export function trainingCurves(history: readonly EpochEvent[]): CurveFigure[] {
  if (history.length === 0) return [];
  const best = history.findLast((epoch) => epoch.best);
  const rules = best ? [{ x: best.epoch, label: `best: epoch ${best.epoch}` }] : [];
  const accuracy = curve({
    series: [line("validation", history, ({ validAccuracy }) => validAccuracy)],
    ...{ xLabel: "epoch", yLabel: "token accuracy", title: "Token accuracy by epoch", yFormat: "percent", rules },
  });
  const metrics = metricNames(history).map((name) => {
    const measured = history.filter((epoch) => epoch.metrics[name] !== undefined);
    return curve({
      series: [line("validation", measured, (epoch) => epoch.metrics[name] ?? 0)],
      ...{ xLabel: "epoch", yLabel: name, title: `${name} by epoch`, rules },
    });
  });
  const rate = curve({
    series: [line("learning rate", history, ({ learningRate }) => learningRate)],
    ...{ xLabel: "epoch", yLabel: "learning rate", title: "Learning rate at the end of each epoch" },
  });
  return [lossCurve(history, rules), accuracy, ...metrics, rate];
}

/** The lengths of the sentences of each set that has some. */
export function lengthHistograms({ sets }: DataStatistics): BarsFigure[] {
  return sets
    .filter(({ pairs }) => pairs > 0)
    .map(({ name, pairs, source, target }) => {
      const { step } = source.lengths;
      const used = Math.max(...[source, target].map(({ lengths }) => lengths.counts.findLastIndex((n) => n > 0)));
      const share = ({ lengths }: typeof source): number[] =>
        Array.from({ length: used + 1 }, (_, bin) => (lengths.counts[bin] ?? 0) / pairs);
      return bars({
        groups: Array.from({ length: used + 1 }, (_, bin) =>
          step === 1 ? String(bin) : `${bin * step}–${(bin + 1) * step - 1}`,
        ),
        series: [
          { name: "source", values: share(source) },
          { name: "target", values: share(target) },
        ],
        groupLabel: "tokens",
        valueLabel: "sentences",
        valueFormat: "percent",
        title: `Length of the ${name} sentences`,
      });
    });
}

function line(
  name: string,
  history: readonly EpochEvent[],
  value: (epoch: EpochEvent) => number,
): { name: string; points: { x: number; y: number }[] } {
  const every = Math.ceil(history.length / POINTS);
  const kept = history.filter((_, i) => i % every === 0 || i === history.length - 1);
  return { name, points: kept.map((epoch) => ({ x: epoch.epoch, y: value(epoch) })) };
}
