import { HeedError, quoted } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Tokenizer } from "@heed/tokenizers";
import * as z from "zod/mini";
import { assertNames } from "./config/config-names.js";
import { textDataSchema } from "./config/data-schema.js";
import type { RunConfig } from "./config/run-config.js";
import type { Sides } from "./data/choose-tokenizers.js";
import type { TrainingData } from "./data/training-data.js";
import type { TrainCollective } from "./loop/train-collective.js";
import type { Catalog } from "./plugins/catalog.js";
import type { FileSystem } from "./run/file-system.js";
import type { Run } from "./run/run.js";
import type { RunFolder } from "./run/run-folder.js";

/** Loads what only a run with a folder needs. A page that keeps no run does not load it. */
export const folderParts = () => import("./run/folder-parts.js");

/** The folder that this process writes; null without one, and in all processes but the first. */
export async function runFolderOf(
  out: string | null | undefined,
  {
    fileSystem,
    collective,
  }: { readonly fileSystem?: FileSystem | undefined; readonly collective?: TrainCollective | undefined },
): Promise<RunFolder | null> {
  if (out === undefined || out === null) return null;
  if (out === "") throw new HeedError("train: `out` must be the path of a folder, got an empty text. Name a folder.");
  if (collective && collective.rank > 0) return null;
  if (fileSystem) return new (await folderParts()).RunFolder(out, fileSystem);
  throw new HeedError(
    `train: \`out\` needs a \`fileSystem\`, got only out: ${JSON.stringify(out)}. In Node, import train from "@heed/train/node"; in a browser, add fileSystem: opfsFileSystem().`,
  );
}

/** @throws HeedError when the processes have different data */
export async function assertSameOverall(collective: TrainCollective, fingerprint: string): Promise<void> {
  const all = await collective.gather(fingerprint);
  const other = all.findIndex((each) => each !== all[0]);
  await collective.inAll(() => {
    if (other < 0) return;
    throw new HeedError(
      `train: all ${all.length} processes must have the same data, but that of process ${other} differs from that of process 0. Give both the same files and versions.`,
    );
  });
}

/** Copies parameters of another run, and describes what was copied. The model is disposed on an error. */
export async function initialNotices(
  model: Seq2SeqModel,
  tokenizers: Sides<Tokenizer>,
  from: Run | undefined,
): Promise<readonly string[]> {
  if (from === undefined) return [];
  try {
    const { describeInit, initFrom } = await import("./run/init-from.js");
    return describeInit(await initFrom(model, tokenizers, from), from.folder ?? "the other run");
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * @throws HeedError when it lacks what `resolveConfig` fills in
 * @throws ConfigError when it has a name that the catalog does not have
 */
export function assertResolved(config: RunConfig, catalog: Catalog): void {
  const keys = ["recipe", "seed", "model", "data", "training"] as const;
  const missing = keys.filter((key) => config[key] === undefined);
  if (missing.length === 0) {
    assertNames(config, catalog);
    return;
  }
  throw new HeedError(
    `train: \`config\` must be a result of resolveConfig, got an object without ${quoted(missing)}. Pass config: resolveConfig({ recipe: "copy" }).`,
  );
}

/** Returns the configuration for text of a run with pairs in memory: they take the place of a synthetic task. */
export function forPairs(config: RunConfig, data: TrainingData | undefined): RunConfig {
  if (data === undefined || !("task" in config.data)) return config;
  return { ...config, data: z.parse(textDataSchema, {}) };
}
