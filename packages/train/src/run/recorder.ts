import { isHeedError } from "@heed/core";
import type { MovingAverage, Optimizer } from "@heed/nn";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { EpochEvent } from "../events.js";
import type { Progress } from "../loop/fit.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import type { Checkpoint } from "./checkpoint-store.js";
import { RunError } from "./run-error.js";
import type { RunFolder } from "./run-folder.js";
import type { KeptEntry, RunState, TokenizerEntries } from "./run-state.js";

/** The run that a {@link Recorder} records. */
export interface Recorded {
  readonly config: RunConfig;
  readonly model: Seq2SeqModel;
  readonly optimizer: Optimizer;
  /** The moving average of the model's parameters; null without one. Its values are those that are validated. */
  readonly average: MovingAverage | null;
  readonly source: Tokenizer;
  readonly target: Tokenizer;
  /** SHA-256 of the data; empty without a folder. */
  readonly data: string;
  /** The plug-ins that the configuration names. */
  readonly plugins: readonly PluginRecord[];
  /** Null when the run is neither written nor resumed. */
  readonly parts: typeof import("./folder-parts.js") | null;
  /** Number of processes. */
  readonly processes: number;
}

/** The weights of a moment, as safetensors files. */
interface EpochWeights {
  readonly weights: Uint8Array;
  /** With the values of the moving average; null without one. */
  readonly averaged: Uint8Array | null;
}

/** Keeps the best parameters and the history of a run, and writes checkpoints to its folder, if it has one. */
export class Recorder {
  readonly history: EpochEvent[] = [];
  /** As a safetensors file. */
  #best: Uint8Array | undefined;
  /** Of the last checkpoint. */
  #step = 0;
  #begun = false;
  /** The weights of epochs that are kept. */
  #kept: readonly KeptEntry[] = [];
  /** Of the run that it was resumed from. */
  #state: RunState | null = null;
  /** Known from {@link begin} on. */
  #tokenizers: TokenizerEntries | undefined;

  constructor(
    readonly folder: RunFolder | null,
    readonly recorded: Recorded,
  ) {}

  /** The parameters of the best epoch; null before the first epoch is completed. */
  get best(): ReadonlyMap<string, SafeTensor> | null {
    return this.#best ? decodeSafetensors(this.#best).tensors : null;
  }

  /**
   * Loads the optimizer and the moving average from a checkpoint, whose model is loaded already.
   * @throws RunError when the state of the optimizer is damaged, or belongs to another model; or when the average or the best
   *   weights do
   */
  restore({ state, files }: Checkpoint, history: readonly EpochEvent[]): Progress {
    const { assertSameModel, decodeWeights } = this.recorded.parts!;
    const path = this.folder?.at("optimizer.safetensors") ?? "";
    const tensors = decodeWeights(path, files["optimizer.safetensors"]);
    try {
      this.recorded.optimizer.load(tensors);
    } catch (error) {
      if (!isHeedError(error, "OptimizerStateError")) throw error;
      throw new RunError(`${path} does not fit config.yaml. ${error.message}`, { cause: error });
    }
    const { "best.safetensors": best, "ema.safetensors": average } = files;
    if (best) assertSameModel(this.folder?.at("best.safetensors") ?? "", best, files["model.safetensors"]);
    this.#best = best;
    if (this.recorded.average) this.#restoreAverage(this.recorded.average, average, files["model.safetensors"]);
    for (const epoch of history) this.history.push(epoch);
    this.#step = state.step;
    this.#state = state;
    this.#kept = state.kept;
    const { epoch, step, batch, lossSum, tokens, bestEpoch, bestValue, epochsSinceBest, schedule } = state;
    return { epoch, step, batch, lossSum, tokens, bestEpoch, bestValue, epochsSinceBest, schedule };
  }

  #restoreAverage(average: MovingAverage, bytes: Uint8Array | undefined, weights: Uint8Array): void {
    const path = this.folder?.at("ema.safetensors") ?? "";
    if (!bytes) {
      throw new RunError(
        `${path} must have the moving average of the weights, because training.ema is ${average.decay}; the checkpoint has none. Restore the folder, or train again with overwrite.`,
      );
    }
    const { assertSameModel, decodeWeights } = this.recorded.parts!;
    assertSameModel(path, bytes, weights);
    average.load(decodeWeights(path, bytes));
  }

  /**
   * Starts the run in its folder. Call this after the first step, which has shown that training works: the files of an
   * earlier run are removed here.
   * @throws RunError when another process trains into the folder, or has done so since
   */
  async begin({ resumed, overwrite }: { readonly resumed: boolean; readonly overwrite: boolean }): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    if (!this.folder) return;
    const { config, source, target, plugins } = this.recorded;
    await this.folder.lock();
    const head = { config, source, target, plugins };
    if (!resumed && !overwrite) await this.folder.assertFree();
    this.#tokenizers = await (resumed ? this.folder.resume(head, this.#state) : this.folder.begin(head));
  }

  /** Records a completed epoch and writes a checkpoint. */
  async recordEpoch(event: EpochEvent, progress: Progress): Promise<void> {
    this.history.push(event);
    if (!this.folder && !event.best) return;
    const { average } = this.recorded;
    const weights = this.folder || !average ? await this.#weights(progress) : null;
    const averaged = average && (await average.use(() => this.#weights(progress)));
    if (event.best) this.#best = averaged ?? weights!;
    if (weights) await this.#keep({ weights, averaged }, progress);
  }

  /**
   * Writes the weights of an epoch, if they are kept, then the checkpoint, and removes those that are kept no longer. The
   * weights that are kept are those of the last step, also with a moving average.
   */
  async #keep(values: EpochWeights, progress: Progress): Promise<void> {
    const { keepCheckpoints } = this.recorded.config.training;
    if (!this.folder || keepCheckpoints + this.#kept.length === 0) return await this.#save(values, progress);
    const { checkpoints } = this.folder;
    const { removeOthers, writeKept } = await import("./kept-weights.js");
    const kept = keepCheckpoints > 0 ? [await writeKept(checkpoints, progress.epoch, values.weights)] : [];
    const stay = this.#kept.filter(({ epoch }) => epoch > progress.epoch - keepCheckpoints);
    this.#kept = [...stay, ...kept];
    await this.#save(values, progress);
    await removeOthers(checkpoints);
  }

  /** Writes a checkpoint within an epoch. Returns false when the last checkpoint has all steps already. */
  async recordStep(progress: Progress): Promise<boolean> {
    if (!this.folder || progress.step === this.#step) return false;
    const weights = await this.#weights(progress);
    const averaged = (await this.recorded.average?.use(() => this.#weights(progress))) ?? null;
    await this.#save({ weights, averaged }, progress);
    return true;
  }

  async #weights({ step }: Progress): Promise<Uint8Array> {
    const { model, config } = this.recorded;
    return encodeSafetensors(await model.stateDict(), { format: "pt", recipe: config.recipe, step: String(step) });
  }

  async #save({ weights, averaged }: EpochWeights, progress: Progress): Promise<void> {
    if (!this.folder) return;
    const { model, optimizer, data, processes, parts } = this.recorded;
    const { historyBytes, runtimeOf } = parts!;
    const { backend } = model.parameters().values().next().value!;
    await this.folder.checkpoints.save(
      {
        ...progress,
        data,
        runtime: runtimeOf(backend, processes),
        kept: [...this.#kept],
        tokenizers: this.#tokenizers!,
      },
      {
        "model.safetensors": weights,
        "best.safetensors": this.#best,
        "optimizer.safetensors": encodeSafetensors(await optimizer.state()),
        "ema.safetensors": averaged ?? undefined,
        "metrics.ndjson": historyBytes(this.history),
      },
    );
    this.#step = progress.step;
  }
}
