import { nodeFileSystem } from "../src/node.js";
import type { FileSystem } from "../src/run/file-system.js";

/** Thrown in the place of the death of a process. */
export class Killed extends Error {}

/** A disk whose process dies at the given change, counted from 1: a file being written is then left cut in half. */
export function dyingAt(
  change: number,
  whole: FileSystem = nodeFileSystem,
): { readonly fileSystem: FileSystem; readonly changes: () => number } {
  let changes = 0;
  const living = <A extends unknown[]>(act: (...args: A) => Promise<void>, half?: (...args: A) => Promise<void>) => {
    return async (...args: A): Promise<void> => {
      changes++;
      if (changes === change) await half?.(...args);
      if (changes >= change) throw new Killed();
      await act(...args);
    };
  };
  return {
    changes: () => changes,
    fileSystem: {
      ...whole,
      makeFolder: living(whole.makeFolder),
      write: living(whole.write, (path, bytes) => whole.write(path, bytes.subarray(0, bytes.byteLength / 2))),
      rename: living(whole.rename),
      remove: living(whole.remove),
      syncFolder: living(whole.syncFolder),
    },
  };
}
