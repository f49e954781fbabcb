import type { Extension, OptionValues } from "@heed/core";
import { corpusScore, type MetricExtension, type MetricInput, metricsOf, type SentenceStatistics } from "@heed/metrics";
import { namesIn } from "../names-in.js";
import { UsageError } from "../usage-error.js";
import { bleuTokenizations } from "./choices.js";
import type { System } from "./system.js";

/** Options that choose what is measured. */
export interface MeasureArguments {
  /** Names of metrics, separated by commas; default: all. */
  readonly metrics?: string;
  /** Names of {@link bleuTokenizations}, separated by commas. */
  readonly bleuTokenize?: string;
  /** Whether metrics of text ignore case. */
  readonly lowercase?: boolean;
}

/** A metric with options, as it is applied to all systems. */
export interface Measure {
  /** Different from those of all others: `bleu`, or with several tokenizations `bleu-none`. */
  readonly name: string;
  readonly metric: MetricExtension;
  readonly options: OptionValues;
}

/**
 * Returns the measures that are asked for.
 * @throws UsageError when there is no such metric or tokenization
 */
export function chooseMeasures(
  { metrics, bleuTokenize = "13a", lowercase = false }: MeasureArguments,
  plugins: readonly Extension[],
): Measure[] {
  const tokenizations = [...new Set(namesIn(bleuTokenize))];
  const unknown = tokenizations.find((name) => !bleuTokenizations.some((known) => known === name));
  if (unknown !== undefined || tokenizations.length === 0) {
    throw new UsageError(
      `--bleu-tokenize must be names among ${bleuTokenizations.join(", ")}, separated by commas, got ${JSON.stringify(unknown ?? bleuTokenize)}.`,
    );
  }
  return chosenMetrics(metrics, plugins).flatMap((metric) => {
    const common = lowercase && "lowercase" in metric.options ? { lowercase } : {};
    if (metric.name !== "bleu") return [{ name: metric.name, metric, options: common }];
    return tokenizations.map((tokenize) => ({
      name: tokenizations.length === 1 ? metric.name : `${metric.name}-${tokenize}`,
      metric,
      options: { ...common, tokenize },
    }));
  });
}

function chosenMetrics(text: string | undefined, plugins: readonly Extension[]): MetricExtension[] {
  const registry = metricsOf(plugins);
  if (text === undefined) return [...registry];
  const names = namesIn(text);
  if (names.length === 0) throw new UsageError("--metrics must be names separated by commas, got none.");
  try {
    return [...new Set(names.map((name) => registry.get(name)))];
  } catch (error) {
    throw new UsageError(`--metrics: ${(error as Error).message}`, { cause: error });
  }
}

/** A measure of one system. */
export interface Measured {
  readonly value: number;
  /** Null for a metric without them: it has no intervals and tests. */
  readonly statistics: SentenceStatistics | null;
  /** Computes the value of some sentences, at least one. */
  valueOn(sentences: readonly number[]): number;
}

/** Applies a measure to a system. */
export function applyMeasure({ metric, options }: Measure, { compared }: System): Measured {
  const statistics = metric.statistics?.(compared, options) ?? null;
  return {
    value: statistics ? corpusScore(statistics) : metric.compute(compared, options),
    statistics,
    valueOn: (sentences) =>
      statistics ? corpusScore(statistics, sentences) : metric.compute(partOf(compared, sentences), options),
  };
}

/** Returns the input of a metric for some sentences. */
function partOf(input: MetricInput, sentences: readonly number[]): MetricInput {
  const take = <T>(list: readonly T[]): T[] => sentences.map((i) => list[i]!);
  return {
    hypotheses: take(input.hypotheses),
    references: take(input.references),
    sources: take(input.sources),
    hypothesisTokens: take(input.hypothesisTokens),
    referenceTokens: take(input.referenceTokens),
  };
}
