import type { Module } from "@heed/nn";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { BackendReport } from "@heed/tensor";
import type { PreparedData } from "./data/prepared-data.js";
import type { Evaluation } from "./inference/evaluation.js";
import type { Run } from "./run/run.js";

/** Events that a training run emits. Progress bar, log and report listen to them and change nothing. */
export type TrainEvent =
  | (StartEvent & Started)
  | NoticeEvent
  | (StepEvent & Live)
  | (EpochEvent & Live)
  | CheckpointEvent
  | DoneEvent;

/**
 * What the `start`, `step` and `epoch` events of `train` carry besides their values: the model as it is now. Both properties are not
 * enumerable, so `JSON.stringify`, `{ ...event }` and `postMessage` leave them out.
 *
 * Training waits for a promise that the listener returns. Until then, `attend` and `translate` may use the run; they restore
 * its mode and change no result. Do not keep it longer: the next step changes the model.
 *
 * @example
 * await train({ config, on: async (event) => {
 *   if (event.event === "step" && event.step % 10 === 0) draw((await attend(event.run, "a b c")).maps);
 * } });
 */
export interface Live {
  readonly model: Seq2SeqModel;
  /** The run with this model, for `attend`, `translate` and `evaluate`. */
  readonly run: Run;
}

/**
 * What the `start` event of `train` carries besides its values and those of {@link Live}: the data as ids, for statistics. Not
 * enumerable.
 */
export interface Started extends Live {
  readonly data: PreparedData;
}

/** The module that the events of `fit` carry, as it is now. Not enumerable, as in {@link Live}. */
export interface LiveModule {
  readonly model: Module;
}

/** Adds properties that are not enumerable to an event. */
export function withHidden<E extends object, H extends object>(event: E, hidden: H): E & H {
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(event, key, { value });
  return event as E & H;
}

/** Once, before the first step. */
export interface StartEvent {
  readonly event: "start";
  readonly recipe: string;
  readonly parameters: number;
  readonly trainPairs: number;
  readonly validationPairs: number;
  /** 0 without a test set. */
  readonly testPairs: number;
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  /** Completed epochs of a resumed run; 0 for a new one. */
  readonly resumedAt: number;
  /** Optimizer steps of a resumed run; 0 for a new one. */
  readonly resumedStep: number;
  readonly epochs: number;
  /** Optimizer steps of the next epoch. With `batchTokens`, other epochs differ a little. */
  readonly batches: number;
  /** Share of the positions of the next epoch's batches that are padding, in [0, 1). */
  readonly paddingShare: number;
  readonly backend: BackendReport;
}

/** Information about the data or the run, such as empty or overlong lines. */
export interface NoticeEvent {
  readonly event: "notice";
  readonly message: string;
}

/** After each optimizer step. */
export interface StepEvent {
  readonly event: "step";
  readonly epoch: number;
  /** Counts from 1 over the whole run. */
  readonly step: number;
  /** Optimizer steps of this epoch so far, and in all. */
  readonly batch: number;
  readonly batches: number;
  /** Nats per target token, over the batches of this step. */
  readonly loss: number;
  /** Target tokens of this step's batches, `<eos>` included. */
  readonly tokens: number;
}

/** After each epoch of {@link fit}; null without validation. */
export interface FitEpochEvent {
  readonly event: "epoch";
  readonly epoch: number;
  readonly step: number;
  /** Nats per target token, averaged over the epoch's tokens; with label smoothing, of the smoothed targets. */
  readonly trainLoss: number;
  /** Nats per target token, of the targets as they are. */
  readonly validLoss: number | null;
  /** Share of validation tokens predicted right under teacher forcing, in [0, 1]. */
  readonly validAccuracy: number | null;
  /** Other measures of the validation set by name, such as `bleu`; empty unless they are asked for. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  /** Target tokens a second, training steps alone. */
  readonly tokensPerSecond: number;
  readonly durationMs: number;
  /** Whether no epoch before was as good, by `training.bestMetric`. */
  readonly best: boolean;
}

/** After each epoch. */
export interface EpochEvent extends FitEpochEvent {
  readonly validLoss: number;
  readonly validAccuracy: number;
}

/** After a checkpoint was written. */
export interface CheckpointEvent {
  readonly event: "checkpoint";
  /** Completed epochs. */
  readonly epoch: number;
  /** Optimizer steps. */
  readonly step: number;
  readonly path: string;
}

/** Why training ended. */
export type DoneReason = "epochs" | "early-stopping" | "interrupted";

/** The quality of the best model on the test set, see {@link Evaluation}. */
export type TestMeasures = Pick<Evaluation, "pairs" | "loss" | "perplexity" | "tokenAccuracy" | "metrics">;

/** The last event. */
export interface DoneEvent {
  readonly event: "done";
  readonly reason: DoneReason;
  /** Completed epochs over the whole run. */
  readonly epochs: number;
  /** Optimizer steps over the whole run. */
  readonly steps: number;
  /** 0 when none was completed. */
  readonly bestEpoch: number;
  /** Validation loss of the best epoch, in nats per target token; null when no epoch was completed. */
  readonly bestValidLoss: number | null;
  /** The metric that decided which epoch is best: `training.bestMetric`. */
  readonly bestMetric: string;
  /** Its value in the best epoch; null when no epoch was completed. */
  readonly bestValue: number | null;
  /**
   * Share of validation sequences that greedy decoding gets right as a whole, in [0, 1], with the best model; null when
   * the run was interrupted, or aborted after its last step, and so was not measured.
   */
  readonly sequenceAccuracy: number | null;
  /**
   * The best model on the test set; null without a test set, when the run was interrupted, or when the model could not be
   * evaluated, which a notice explains.
   */
  readonly test: TestMeasures | null;
  /** The run folder. */
  readonly run: string | null;
}

/** Called with every event. A promise that it returns is awaited before training continues; other values are ignored. */
export type TrainListener = (event: TrainEvent) => unknown;
