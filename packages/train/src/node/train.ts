import { readFile } from "@heed/datasets/node";
import { type TrainResult, train as trainOn } from "../train.js";
import type { TrainOptions } from "../train-options.js";
import { nodeFileSystem } from "./node-file-system.js";
import { assertRegularFile } from "./read-regular-file.js";

/**
 * `train` of `@heed/train`, with Node's files by default: `out` and the files of the configuration are paths of the
 * operating system.
 *
 * @throws DivergenceError, RunError, DataError, ConfigError, HeedError as `train` of `@heed/train` does
 * @example
 * await use(cpu());
 * const config = resolveConfig({ recipe: "copy", training: { epochs: 2 } });
 * const run = await train({ config, out: "runs/copy", on: (event) => console.log(event) });
 */
export function train(options: TrainOptions): Promise<TrainResult> {
  return trainOn({
    ...options,
    fileSystem: options?.fileSystem ?? nodeFileSystem,
    readFile: options?.readFile ?? (options?.resume ? readRegularData : readFile),
  });
}

/** Reads data that a run folder names. A pipe gives its data once only: a run that is resumed cannot read it again. */
async function readRegularData(path: string): Promise<Uint8Array> {
  await assertRegularFile(path);
  return await readFile(path);
}
