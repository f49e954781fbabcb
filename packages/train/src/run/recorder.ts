import type { Optimizer } from "@heed/nn";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { EpochEvent } from "../events.js";
import type { Progress } from "../loop/fit.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import { RunError } from "./run-error.js";
import type { Checkpoint, RunFolder } from "./run-folder.js";
import { runtimeOf } from "./run-runtime.js";
import type { RunState } from "./run-state.js";

/** The run that a {@link Recorder} records. */
export interface Recorded {
  readonly config: RunConfig;
  readonly model: Seq2SeqModel;
  readonly optimizer: Optimizer;
  readonly source: Tokenizer;
  readonly target: Tokenizer;
  /** SHA-256 of the data; empty without a folder. */
  readonly data: string;
  /** The plug-ins that the configuration names. */
  readonly plugins: readonly PluginRecord[];
}

/** Keeps the best parameters and the history of a run, and writes checkpoints to its folder, if it has one. */
export class Recorder {
  /** The parameters of the best epoch; null before the first epoch is completed. */
  best: ReadonlyMap<string, SafeTensor> | null = null;
  readonly history: EpochEvent[] = [];
  #state: RunState | null = null;
  #begun = false;

  constructor(
    readonly folder: RunFolder | null,
    readonly recorded: Recorded,
  ) {}

  /**
   * Loads model and optimizer from a checkpoint.
   * @throws RunError when the data has changed since
   */
  restore({ state, files }: Checkpoint, history: readonly EpochEvent[]): Progress {
    const { model, optimizer, data } = this.recorded;
    if (state.data !== data) {
      throw new RunError(
        "The data has changed since the run began: pairs or tokenizers differ. Restore the files, or train again with overwrite.",
      );
    }
    model.loadStateDict(decodeSafetensors(files["model.safetensors"]).tensors);
    optimizer.load(decodeSafetensors(files["optimizer.safetensors"]).tensors);
    const best = files["best.safetensors"];
    this.best = best ? decodeSafetensors(best).tensors : null;
    this.history.push(...history);
    this.#state = state;
    const { epoch, step, batch, lossSum, tokens, bestEpoch, bestLoss, epochsSinceBest } = state;
    return { epoch, step, batch, lossSum, tokens, bestEpoch, bestLoss, epochsSinceBest };
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
    if (resumed) return await this.folder.resume({ config, source, target, plugins });
    if (!overwrite) await this.folder.assertFree();
    await this.folder.begin({ config, source, target, plugins });
  }

  /** Records a completed epoch and writes a checkpoint. */
  async recordEpoch(event: EpochEvent, progress: Progress): Promise<void> {
    this.history.push(event);
    const weights = await this.recorded.model.stateDict();
    if (event.best) this.best = weights;
    await this.#save(weights, progress, event.best);
  }

  /** Writes a checkpoint within an epoch. Returns false when the last checkpoint has all steps already. */
  async recordStep(progress: Progress): Promise<boolean> {
    if (!this.folder || progress.step === (this.#state?.step ?? 0)) return false;
    await this.#save(await this.recorded.model.stateDict(), progress, false);
    return true;
  }

  async #save(weights: ReadonlyMap<string, SafeTensor>, progress: Progress, best: boolean): Promise<void> {
    if (!this.folder) return;
    const { model, optimizer, config, data } = this.recorded;
    const metadata = { format: "pt", recipe: config.recipe, step: String(progress.step) };
    const modelBytes = encodeSafetensors(weights, metadata);
    const { backend } = model.parameters().values().next().value!;
    this.#state = await this.folder.save(
      { ...progress, data, runtime: runtimeOf(backend) },
      {
        "model.safetensors": modelBytes,
        "optimizer.safetensors": encodeSafetensors(await optimizer.state()),
        "metrics.ndjson": new TextEncoder().encode(this.history.map((line) => `${JSON.stringify(line)}\n`).join("")),
        ...(best ? { "best.safetensors": modelBytes } : {}),
      },
      this.#state,
    );
  }
}
