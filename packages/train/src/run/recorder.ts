import type { Random } from "@heed/core";
import type { Vocabulary } from "@heed/datasets";
import type { Optimizer } from "@heed/nn";
import type { RunConfig, Seq2SeqModel } from "@heed/seq2seq";
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from "@heed/tensor";
import type { EpochEvent } from "../events.js";
import type { Progress } from "../loop/fit.js";
import { RunError } from "./run-error.js";
import type { Checkpoint, RunFolder } from "./run-folder.js";
import type { RunState } from "./run-state.js";
import type { ScorerSource } from "./scorer-source.js";

/** What a {@link Recorder} records of. */
export interface Recorded {
  readonly config: RunConfig;
  readonly model: Seq2SeqModel;
  readonly optimizer: Optimizer;
  /** The model's generator. */
  readonly random: Random;
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  /** SHA-256 of the data; empty without a folder. */
  readonly data: string;
  /** For a scorer that is not built in. */
  readonly scorerSource?: ScorerSource | undefined;
}

/** Remembers the best parameters of a run and its history, and writes them to its folder, if it has one. */
export class Recorder {
  /** The parameters of the best epoch; null before the first. */
  best: ReadonlyMap<string, SafeTensor> | null = null;
  readonly history: EpochEvent[] = [];
  #state: RunState | null = null;
  #begun = false;

  constructor(
    readonly folder: RunFolder | null,
    readonly recorded: Recorded,
  ) {}

  /**
   * Puts model, optimizer and generator where a checkpoint left them.
   * @throws RunError when the data has changed since
   */
  restore({ state, files }: Checkpoint, history: readonly EpochEvent[]): Progress {
    const { model, optimizer, random, data } = this.recorded;
    if (state.data !== data) {
      throw new RunError(
        "The data has changed since the run began: its pairs or vocabularies are others. Restore the files, or train again with overwrite.",
      );
    }
    model.loadStateDict(decodeSafetensors(files["model.safetensors"]).tensors);
    optimizer.load(decodeSafetensors(files["optimizer.safetensors"]).tensors);
    random.restore(state.random);
    this.best = decodeSafetensors(files["best.safetensors"]).tensors;
    this.history.push(...history);
    this.#state = state;
    const { epoch, step, bestEpoch, bestLoss, epochsSinceBest } = state;
    return { epoch, step, bestEpoch, bestLoss, epochsSinceBest };
  }

  /**
   * Once the first step has shown that training works: a folder's former run goes, and this one begins.
   * @throws RunError when somebody else trains into the folder, or has done so since
   */
  async begin({ resumed, overwrite }: { readonly resumed: boolean; readonly overwrite: boolean }): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    if (!this.folder) return;
    const { config, source, target, scorerSource } = this.recorded;
    await this.folder.lock();
    if (resumed) return await this.folder.writeConfig(config);
    if (!overwrite) await this.folder.assertFree();
    await this.folder.begin({ config, source, target, scorerSource });
  }

  /** After an epoch. */
  async record(event: EpochEvent, progress: Progress): Promise<void> {
    const { model, optimizer, random, config, data } = this.recorded;
    this.history.push(event);
    const weights = await model.stateDict();
    if (event.best) this.best = weights;
    if (!this.folder) return;
    const metadata = { format: "pt", recipe: config.recipe, epoch: String(event.epoch) };
    const modelBytes = encodeSafetensors(weights, metadata);
    const { epoch, step, bestEpoch, bestLoss, epochsSinceBest } = progress;
    this.#state = await this.folder.save(
      {
        ...{ epoch, step, bestEpoch, epochsSinceBest, data },
        bestLoss: bestLoss!,
        random: [...random.state()],
        backend: model.parameters().values().next().value!.backend.name,
      },
      {
        "model.safetensors": modelBytes,
        "optimizer.safetensors": encodeSafetensors(await optimizer.state()),
        "metrics.ndjson": new TextEncoder().encode(this.history.map((line) => `${JSON.stringify(line)}\n`).join("")),
        ...(event.best ? { "best.safetensors": modelBytes } : {}),
      },
      this.#state,
    );
  }
}
