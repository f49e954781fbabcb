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

/** After each epoch. */
export interface EpochEvent {
  readonly event: "epoch";
  readonly epoch: number;
  readonly step: number;
  /** Nats per target token, averaged over the epoch's tokens. */
  readonly trainLoss: number;
  readonly validLoss: number;
  /** Share of validation tokens predicted right under teacher forcing, in [0, 1]. */
  readonly validAccuracy: number;
  readonly learningRate: number;
  /** Target tokens a second, training steps alone. */
  readonly tokensPerSecond: number;
  readonly durationMs: number;
  readonly best: boolean;
}

/** Files were written. */
export interface CheckpointEvent {
  readonly event: "checkpoint";
  readonly epoch: number;
  readonly path: string;
}

/** The last event. */
export interface DoneEvent {
  readonly event: "done";
  readonly reason: "epochs" | "early-stopping" | "interrupted";
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly bestValidLoss: number;
  /** Share of validation sequences that greedy decoding gets right as a whole, in [0, 1], with the best model. */
  readonly sequenceAccuracy: number;
  readonly run: string | null;
}

/** Hears every event. */
export type TrainListener = (event: TrainEvent) => void;
