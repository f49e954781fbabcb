import type { BackendReport } from "@heed/tensor";

/** What a run tells while it goes. The progress bar, the NDJSON log and the report only listen. */
export type TrainEvent = StartEvent | NoticeEvent | StepEvent | EpochEvent | CheckpointEvent | DoneEvent;

/** Once, before the first step. */
export interface StartEvent {
  readonly event: "start";
  readonly recipe: string;
  readonly parameters: number;
  readonly trainPairs: number;
  readonly validationPairs: number;
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  /** Epochs already done, when a run is resumed. */
  readonly resumedAt: number;
  readonly epochs: number;
  readonly backend: BackendReport;
}

/** Something about the data or the run that a person should know, such as empty or overlong lines. */
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
  /** Steps of this epoch done, and in all. */
  readonly batch: number;
  readonly batches: number;
  /** Nats per target token, of this batch. */
  readonly loss: number;
}

/** After each epoch of {@link fit}; null where nothing is validated. */
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
  /** Of the epoch's last step. */
  readonly learningRate: number;
  /** Target tokens a second, training steps alone. */
  readonly tokensPerSecond: number;
  readonly durationMs: number;
  /** Whether no epoch before was as good. */
  readonly best: boolean;
}

/** After each epoch. */
export interface EpochEvent extends FitEpochEvent {
  readonly validLoss: number;
  readonly validAccuracy: number;
}

/** Files were written. */
export interface CheckpointEvent {
  readonly event: "checkpoint";
  readonly epoch: number;
  readonly path: string;
}

/** Why training ended. */
export type DoneReason = "epochs" | "early-stopping" | "interrupted";

/** The last event. */
export interface DoneEvent {
  readonly event: "done";
  readonly reason: DoneReason;
  /** Epochs done over the whole run. */
  readonly epochs: number;
  /** 0 when none was completed. */
  readonly bestEpoch: number;
  /** Nats per target token; null when no epoch was completed. */
  readonly bestValidLoss: number | null;
  /**
   * Share of validation sequences that greedy decoding gets right as a whole, in [0, 1], with the best model; null when
   * the run was interrupted, and so was not measured.
   */
  readonly sequenceAccuracy: number | null;
  /** The run folder. */
  readonly run: string | null;
}

/** Hears every event; a promise that it returns is waited for before training goes on, and any other value is ignored. */
export type TrainListener = (event: TrainEvent) => unknown;
