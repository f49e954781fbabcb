import type { MetricInput } from "@heed/metrics";
import type { TrainCollective } from "../loop/train-collective.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { TranslateOptions } from "./translate-options.js";
import type { Translation } from "./translation.js";

/** How good a model is on pairs of sentences. */
export interface Evaluation {
  /** Number of pairs. */
  readonly pairs: number;
  /** Those of them without a token on a side; they count all the same, and an empty line is easily translated. */
  readonly emptyPairs: number;
  /** Target tokens, `<eos>` included. */
  readonly tokens: number;
  /** Cross-entropy under teacher forcing, in nats per target token. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** Share of target tokens predicted right under teacher forcing, in [0, 1]. */
  readonly tokenAccuracy: number;
  /** What each metric measures on the translations, by its name: `bleu`, `chrf`, `chrf-plus-plus`, `sequence-accuracy` and those of plug-ins. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Pairs that the model cannot process, such as those with too many tokens, by their index. In the metrics an empty line
   * is their translation unless it succeeded; loss, perplexity and token accuracy leave them out.
   */
  readonly errors: readonly PairFault[];
  /** What the metrics compared, in the order of the pairs. */
  readonly compared: MetricInput;
  /** In the order of the pairs. */
  readonly translations: readonly Translation[];
}

/** Options of an evaluation that a training asks for. */
export interface MeasureOptions extends EvaluateOptions {
  /** Shares out the pairs over processes; all return the same. */
  readonly collective?: TrainCollective | undefined;
}

/** Why a model cannot process a pair. */
export interface PairFault {
  /** Index of the pair, from 0. */
  readonly index: number;
  readonly message: string;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends TranslateOptions, PluginOptions {
  /** Names of metrics. Default: all built-in ones and those of plug-ins. */
  readonly metrics?: readonly string[] | undefined;
}
