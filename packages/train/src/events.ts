import type { BackendReport } from "@heed/tensor";

/** Events that a training run emits. Progress bar, log and report listen to them and change nothing. */
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
  /** Completed epochs of a resumed run; 0 for a new one. */
  readonly resumedAt: number;
  /** Optimizer steps of a resumed run; 0 for a new one. */
  readonly resumedStep: number;
  readonly epochs: number;
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
  /** Nats per target token; null when no epoch was completed. */
  readonly bestValidLoss: number | null;
  /**
   * Share of validation sequences that greedy decoding gets right as a whole, in [0, 1], with the best model; null when
   * the run was interrupted, or aborted after its last step, and so was not measured.
   */
  readonly sequenceAccuracy: number | null;
  /** The run folder. */
  readonly run: string | null;
}

/** Called with every event. A promise that it returns is awaited before training continues; other values are ignored. */
export type TrainListener = (event: TrainEvent) => unknown;
