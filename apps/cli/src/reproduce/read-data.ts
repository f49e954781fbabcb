import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readFile } from "@heed/datasets/node";
import { readPairs } from "@heed/datasets/text";
import type { TextSample } from "@heed/train";
import { UsageError } from "../usage-error.js";
import type { ReproduceSetting } from "./reproduction.js";

/**
 * Returns the path of a data set in the folder of `--data`.
 * @throws UsageError when `--data` is missing, or has no such folder
 */
export async function dataFolder({ data }: ReproduceSetting, name: string, origin: string): Promise<string> {
  if (data === undefined) {
    throw new UsageError(`Name the folder with the data by --data: it must contain ${name}, ${origin}.`);
  }
  // The configuration has the path, which must be the same when a training is resumed from another folder.
  const folder = resolve(data, name);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new UsageError(`--data ${data}: expected a folder ${name} in it, got none. Put there ${origin}.`);
}

/** Reads two files, line by line, as pairs. */
export async function readSamples(source: string, target: string): Promise<TextSample[]> {
  const { pairs } = await readPairs({ source, target }, readFile);
  return pairs.map((pair) => ({ source: pair.source, target: pair.target }));
}
