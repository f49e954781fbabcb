import { chrfStatistics, sentenceScores } from "@heed/metrics";
import type { AlignmentQuality } from "./alignment-quality.js";
import { chooseExamples, type Examples } from "./examples.js";
import { groupByLength, type LengthGroup, type LengthGroups } from "./length-groups.js";
import { applyMeasure, type Measure, type Measured } from "./measures.js";
import { type Certainty, certaintyOf, sampleSeed, type TestSettings } from "./significance.js";
import type { System } from "./system.js";
import { type UnknownWords, unknownWords } from "./unknown-words.js";

/** Settings of {@link compareSystems}. */
export interface ComparisonSettings extends TestSettings {
  /** At least one. */
  readonly measures: readonly Measure[];
  readonly lowercase: boolean;
  /** Number of examples of each kind. */
  readonly examples: number;
}

/** The value of a measure for one system, with its interval and test. */
export interface MeasureResult extends Certainty {
  readonly value: number;
  /** The metric with its options and version; null for a metric without one. */
  readonly signature: string | null;
}

/** All results of one system. */
export interface SystemResult {
  readonly name: string;
  /** Null for a file, as the next two. */
  readonly loss: number | null;
  readonly perplexity: number | null;
  readonly tokenAccuracy: number | null;
  /** By the names of the measures. */
  readonly metrics: Readonly<Record<string, MeasureResult>>;
  /** Sentences that are better, equal and worse than those of the first system, by chrF; null for the first. */
  readonly sentences: { readonly better: number; readonly equal: number; readonly worse: number } | null;
  readonly unknown: UnknownWords | null;
  /** Null without `--alignments`, and for systems without attention. */
  readonly alignment: AlignmentQuality | null;
  /** The lines that the model cannot process, from 1. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

/** A comparison, ready for JSON. */
export interface ComparisonResults {
  readonly pairs: number;
  /** Pairs of which a side is empty. */
  readonly emptyPairs: number;
  readonly test: TestSettings["test"];
  /** Samples of the bootstrap, and trials of approximate randomization. */
  readonly samples: number;
  readonly trials: number;
  readonly seed: number;
  /** The first is the baseline of all tests. */
  readonly systems: readonly SystemResult[];
  readonly byLength: {
    readonly unit: LengthGroups["unit"];
    /** The name of the measure. */
    readonly measure: string;
    readonly groups: readonly (Pick<LengthGroup, "from" | "to"> & {
      readonly pairs: number;
      /** A value for each system. */
      readonly values: readonly number[];
    })[];
  };
  /** Indices of sentences, from 0. */
  readonly examples: Examples;
}

/** Systems with the results of their comparison. */
export interface Comparison {
  readonly systems: readonly System[];
  readonly measures: readonly Measure[];
  readonly results: ComparisonResults;
  /** For each system the chrF of each sentence, in [0, 100]. */
  readonly qualities: readonly (readonly number[])[];
}

/**
 * Compares systems on the same pairs.
 *
 * @param systems - at least one; the others are tested against the first
 * @param alignments - the quality of the alignment of each system, or null
 */
export function compareSystems(
  systems: readonly System[],
  alignments: readonly (AlignmentQuality | null)[],
  settings: ComparisonSettings,
): Comparison {
  const { measures, lowercase, test, samples, trials } = settings;
  const { sources, references } = systems[0]!.compared;
  const measured = systems.map((system) => measures.map((measure) => applyMeasure(measure, system)));
  const qualities = systems.map(({ compared }) =>
    sentenceScores(chrfStatistics(compared.hypotheses, [compared.references], { lowercase })),
  );
  const { unit, groups } = groupByLength(sources);
  const results: ComparisonResults = {
    pairs: sources.length,
    emptyPairs: sources.filter((source, i) => source.trim() === "" || references[i]!.trim() === "").length,
    ...{ test, samples, trials, seed: sampleSeed },
    systems: systems.map((system, s) => {
      const baseline = s > 0 && sameReferences(system, systems[0]!, lowercase) ? measured[0]! : null;
      const { loss = null, perplexity = null, tokenAccuracy = null } = system.measures ?? {};
      return {
        ...{ name: system.name, loss, perplexity, tokenAccuracy },
        metrics: Object.fromEntries(
          measures.map((measure, m) => [
            measure.name,
            resultOf(measure, measured[s]![m]!, baseline?.[m] ?? null, settings),
          ]),
        ),
        sentences: baseline && countBetter(qualities[s]!, qualities[0]!),
        unknown: unknownWords(system, measured[s]![0]!),
        alignment: alignments[s] ?? null,
        errors: system.errors.map(({ index, message }) => ({ line: index + 1, message })),
      };
    }),
    byLength: {
      ...{ unit, measure: measures[0]!.name },
      groups: groups.map(({ from, to, sentences }) => ({
        ...{ from, to, pairs: sentences.length },
        values: measured.map(([main]) => main!.valueOn(sentences)),
      })),
    },
    examples: chooseExamples(
      qualities,
      sources.map((text) => text.trim().length),
      settings.examples,
    ),
  };
  return { systems, measures, results, qualities };
}

function resultOf(
  { metric, options }: Measure,
  measured: Measured,
  baseline: Measured | null,
  settings: TestSettings,
): MeasureResult {
  const certainty = certaintyOf(measured, baseline, settings);
  const { interval, pValue } = certainty;
  const randomized = pValue !== null && settings.test === "approximate-randomization";
  const drawn = randomized ? { approximateRandomization: settings.trials } : { bootstrap: settings.samples };
  const context = interval === null ? {} : { ...drawn, seed: sampleSeed };
  return { value: measured.value, ...certainty, signature: metric.signature?.(options, context) ?? null };
}

/** Returns whether two systems are measured on the same references: models that lower-case text are not comparable with others. */
export function sameReferences(a: System, b: System, lowercase: boolean): boolean {
  const same = (x: string, y: string): boolean => x === y || (lowercase && x.toLowerCase() === y.toLowerCase());
  return a.compared.references.every((text, i) => same(text, b.compared.references[i]!));
}

function countBetter(qualities: readonly number[], baseline: readonly number[]) {
  const signs = qualities.map((quality, i) => Math.sign(quality - baseline[i]!));
  const count = (wanted: number): number => signs.filter((sign) => sign === wanted).length;
  return { better: count(1), equal: count(0), worse: count(-1) };
}
