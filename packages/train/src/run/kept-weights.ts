// Weights of earlier epochs. Loaded when they are kept or read: only types are imported from the store, so that pages stay small.
import { maxBytesOf } from "../limits.js";
import { averageFile, checkAverage, isAverageFile } from "./average-file.js";
import type { CheckpointStore } from "./checkpoint-store.js";
import { epochsInWords } from "./epochs-in-words.js";
import { RunError } from "./run-error.js";
import type { KeptEntry, RunState } from "./run-state.js";
import { sha256 } from "./sha256.js";

export { averageFile, checkAverage, encodeAverage, isAverageFile } from "./average-file.js";

/** The folder, inside of a run folder, that has the weights of earlier epochs. */
export const keptFolder = "checkpoints";

/** Returns the name of the file with the weights of an epoch, relative to the run folder. */
export function keptFile(epoch: number): string {
  return `${keptFolder}/epoch-${String(epoch).padStart(4, "0")}.safetensors`;
}

const keptName = /^epoch-\d{4,6}\.safetensors$/;

/** Returns the epoch of a file that {@link keptFile} names. */
export function keptEpoch(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}

/** Returns the files in the folder of kept weights, relative to the run folder, oldest first. */
export async function keptFiles(store: CheckpointStore): Promise<string[]> {
  const names = (await store.fileSystem.list(store.at(keptFolder))) ?? [];
  return names
    .filter((name) => keptName.test(name))
    .sort()
    .map((name) => `${keptFolder}/${name}`);
}

/**
 * Writes the weights of an epoch and flushes them to the disk. They count when the state of the next checkpoint describes
 * them.
 * @throws RunError when a link stands in place of the folder
 */
export async function writeKept(store: CheckpointStore, epoch: number, weights: Uint8Array): Promise<KeptEntry> {
  const fs = store.fileSystem;
  await fs.makeFolder(store.at(keptFolder));
  await assertOwnFolder(store);
  await fs.write(store.at(keptFile(epoch)), weights);
  await fs.syncFolder(store.at(keptFolder));
  return { epoch, bytes: weights.byteLength, sha256: await sha256(weights) };
}

/** Removes the weights of epochs that neither the last nor the previous checkpoint describes. */
export async function removeOthers(store: CheckpointStore): Promise<void> {
  const described = new Set(store.states.flatMap(({ kept }) => kept.map(({ epoch }) => keptFile(epoch))));
  const others = (await keptFiles(store)).filter((name) => !described.has(name));
  if (others.length === 0) return;
  await assertOwnFolder(store);
  for (const name of others) await store.fileSystem.remove(store.at(name));
  await store.fileSystem.syncFolder(store.at(keptFolder));
}

/** Removes the kept weights and the averages of an earlier run. */
export async function removeEarlier(store: CheckpointStore, names: ReadonlySet<string>): Promise<void> {
  const fs = store.fileSystem;
  for (const name of names) if (isAverageFile(name.replace(/\.next$/, ""))) await fs.remove(store.at(name));
  if (!names.has(keptFolder)) return;
  // A link or a file in place of the folder is removed; what the link leads to is not touched.
  if (await fs.isFolder(store.at(keptFolder)))
    for (const name of await keptFiles(store)) await fs.remove(store.at(name));
  else await fs.remove(store.at(keptFolder));
}

/** @throws RunError when `checkpoints` is not a folder, but a file or a link out of the run folder */
async function assertOwnFolder(store: CheckpointStore): Promise<void> {
  const path = store.at(keptFolder);
  if (await store.fileSystem.isFolder(path)) return;
  throw new RunError(`${path} must be a folder, got a file or a link. Remove it, and resume the run.`);
}

/**
 * Reads the weights of an epoch that are kept. Training may go on meanwhile.
 *
 * @param previous - as the checkpoint before the last describes them
 * @returns their bytes; the state is null when there is no `state.json`, so that no checksum is known
 * @throws RunError when they are not kept, missing or damaged
 */
export async function readKept(
  store: CheckpointStore,
  epoch: number,
  previous = false,
): Promise<{ bytes: Uint8Array; state: RunState | null }> {
  const name = keptFile(epoch);
  for (let before = ""; ; ) {
    const state = previous ? await store.needPrevious() : await store.readState();
    const entry = state?.kept.find((each) => each.epoch === epoch);
    if (state && !entry) throw new RunError(notKept(store.path, epoch, state));
    const bytes = await store.fileSystem.read(store.at(name), maxBytesOf(name));
    if (bytes && (!entry || (await isEntry(bytes, entry)))) return { bytes, state };
    // Training may have removed it.
    if (!state || before === state.checksum) {
      throw new RunError(
        `${store.at(name)} is ${bytes ? "damaged: expected the file with the checksum in state.json" : "missing"}. Restore the file, or use other weights.`,
      );
    }
    before = state.checksum;
  }
}

/** Returns whether a file is the one that a state describes. */
export async function isEntry(bytes: Uint8Array, entry: KeptEntry): Promise<boolean> {
  return bytes.byteLength === entry.bytes && (await sha256(bytes)) === entry.sha256;
}

function notKept(path: string, epoch: number, { kept }: RunState): string {
  const advice =
    kept.length > 0
      ? `Choose ${kept.length > 1 ? "one of the " : ""}${epochsInWords(kept.map((each) => each.epoch))}.`
      : `It keeps the best and the last weights only. To keep more, train with training.keepCheckpoints: 10.`;
  return `${path} does not have the weights of epoch ${epoch}. ${advice}`;
}

/**
 * Reads the weights of an epoch that are kept, or an average.
 * @param weights - the epoch, or the name of the average
 * @throws RunError when they are missing or damaged
 */
export async function readKeptOrAverage(
  store: CheckpointStore,
  weights: number | string,
  previous: boolean,
): Promise<{ name: string; bytes: Uint8Array; state: RunState | null }> {
  if (typeof weights === "number") return { name: keptFile(weights), ...(await readKept(store, weights, previous)) };
  const name = averageFile(weights);
  const bytes = await store.fileSystem.read(store.at(name), maxBytesOf(name));
  if (bytes === null) {
    throw new RunError(`${store.path} has no ${name}. Write it with averageWeights, or use other weights.`);
  }
  await checkAverage(store.at(name), bytes);
  return { name, bytes, state: previous ? await store.needPrevious() : await store.readState() };
}
