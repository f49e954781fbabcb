// Messages for errors of a run folder. Loaded when there is an error: only types are imported, so that pages stay small.
import { epochsInWords } from "./epochs-in-words.js";
import type { FileSystem } from "./file-system.js";
import type { RunState } from "./run-state.js";

/** The part of a `CheckpointStore` that the messages depend on. */
interface Store {
  readonly path: string;
  readonly fileSystem: FileSystem;
  at(name: string): string;
  names(): Promise<ReadonlySet<string>>;
  readState(previous: boolean): Promise<RunState | null>;
  isComplete(state: RunState): Promise<boolean>;
}

const restore = "Restore the file, or train again with overwrite.";

/** Explains that a file is not the one that a state describes. */
export async function damagedFile(store: Store, name: string, previous: boolean): Promise<string> {
  const own = previous ? `${name}.previous` : name;
  const what = (await store.names()).has(own) ? "damaged" : "missing";
  const state = previous ? "state.json.previous" : "state.json";
  const advice = await adviceFor(store, state);
  return `${store.at(own)} is ${what}: expected the file with the checksum in ${state}. ${advice}${previous ? "" : " If you changed the file on purpose, delete state.json to load it."}`;
}

/** Explains that a tokenizer is not the one that a state describes. */
export function damagedTokenizer(path: string): string {
  return `${path} is damaged: expected the file with the checksum in state.json. Resume the run, which writes the file again from the same data, or restore the file. If you changed it on purpose, delete state.json to load it.`;
}

/** Explains that a checkpoint has no state; null when there are no files of one. */
export async function filesWithoutState(store: Store, stateFiles: readonly string[]): Promise<string | null> {
  const names = await store.names();
  const name = stateFiles.find((each) => names.has(each));
  if (name === undefined) return null;
  const epochs = name === "best.safetensors" ? await averagedEpochs(store, name) : null;
  if (epochs !== null) {
    return `${store.path} cannot be resumed: its weights are the average of ${epochsInWords(epochs)}. Resume the run that was averaged, or train a new run that begins with these weights (initFrom).`;
  }
  return `${store.path} has ${name}, but state.json is missing. ${await adviceFor(store, "state.json")}`;
}

/** Returns the epochs whose average a file has; null when it is not an average, or is damaged. */
async function averagedEpochs(store: Store, name: string): Promise<readonly number[] | null> {
  const [{ checkAverage }, { maxBytesOf }] = await Promise.all([import("./average-file.js"), import("../limits.js")]);
  const bytes = await store.fileSystem.read(store.at(name), maxBytesOf(name));
  return bytes && (await checkAverage(store.at(name), bytes).catch(() => null));
}

/** Returns what to do about a damaged checkpoint: use the previous one, if it is complete. */
export async function adviceFor(store: Store, stateName: string): Promise<string> {
  if (stateName !== "state.json") return restore;
  const state = await store.readState(true).catch(() => null);
  return state && (await store.isComplete(state).catch(() => false))
    ? `The previous checkpoint, of epoch ${state.epoch}, step ${state.step}, is complete: use it (previous), or restore the file.`
    : restore;
}

/**
 * Explains that `config.yaml` is missing: without it, there is nothing to resume.
 * @param runFiles - names of the files of a run
 */
export async function withoutConfig(store: Store, runFiles: readonly string[], holdsRun: boolean): Promise<string> {
  const names = await store.names();
  const found = runFiles.flatMap((name) => [name, `${name}.next`]).filter((name) => names.has(name));
  const what = holdsRun
    ? "but a checkpoint is there. Restore config.yaml, or train again with overwrite."
    : found.length > 0
      ? `only ${found.join(", ")} are there: training stopped before its first step was recorded. Train again without resume.`
      : "and so are the other files of a run. Name the folder that training wrote to, or train a model first.";
  return `There is no run in ${store.path} to load or resume: config.yaml is missing, ${what}`;
}
