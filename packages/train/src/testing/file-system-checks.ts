import { type Check, CheckError } from "@heed/tensor/testing";
import type { FileSystem } from "../run/file-system.js";
import { RunError } from "../run/run-error.js";

type Property = (fileSystem: FileSystem, folder: string) => Promise<void>;

/**
 * The checks that a {@link FileSystem} must pass, so that a run folder on it survives the death of its process: files are
 * read back as they were written, renaming replaces, missing files are null, and a locked folder cannot be locked again.
 *
 * Atomicity cannot be checked from inside a process: end the process, or the worker, at random moments to test it.
 *
 * @param folder - an existing folder that the checks may fill: each writes to a folder of its own
 * @example
 * for (const check of fileSystemChecks(myFileSystem, "checks")) test(check.name, check.run);
 */
export function fileSystemChecks(fileSystem: FileSystem, folder: string): Check[] {
  return Object.entries(properties).map(([name, check], i) => ({
    name,
    run: async () => {
      const own = `${folder}/check-${i}`;
      await fileSystem.makeFolder(own);
      await check(fileSystem, own);
    },
  }));
}

const properties: Readonly<Record<string, Property>> = {
  "what is missing is null": async (fs, folder) => {
    equal("read of a missing file", await fs.read(`${folder}/none`), null);
    equal("read in a missing folder", await fs.read(`${folder}/none/file`), null);
    equal("list of a missing folder", await fs.list(`${folder}/none`), null);
    equal("list in a missing folder", await fs.list(`${folder}/none/below`), null);
    await fs.remove(`${folder}/none`);
  },

  "a file has the bytes that were written last": async (fs, folder) => {
    const path = `${folder}/model.safetensors.next`;
    const large = Uint8Array.from({ length: 3_000_017 }, (_, i) => i * 31 + (i >> 8));
    for (const bytes of [large, Uint8Array.of(7, 8, 9), new Uint8Array(), large.subarray(5, 700)]) {
      await fs.write(path, bytes);
      equal(`read after a write of ${bytes.byteLength} bytes`, await fs.read(path), bytes);
    }
  },

  "a file does not change with the array that was written, or read": async (fs, folder) => {
    const bytes = Uint8Array.of(1, 2, 3);
    await fs.write(`${folder}/file`, bytes);
    bytes.fill(9);
    (await fs.read(`${folder}/file`))?.fill(9);
    equal("read", await fs.read(`${folder}/file`), Uint8Array.of(1, 2, 3));
  },

  "read refuses a file that is larger than expected": async (fs, folder) => {
    await fs.write(`${folder}/file`, Uint8Array.of(1, 2, 3));
    equal("read of 3 bytes, at most 3", await fs.read(`${folder}/file`, 3), Uint8Array.of(1, 2, 3));
    const refused = await rejects("read of 3 bytes, at most 2,", () => fs.read(`${folder}/file`, 2));
    if (!(refused instanceof RunError)) throw new CheckError(`it must throw a RunError, got ${refused}.`);
  },

  "rename replaces a file": async (fs, folder) => {
    for (const [i, bytes] of [Uint8Array.of(1, 2, 3), Uint8Array.of(4)].entries()) {
      await fs.write(`${folder}/state.json.next`, bytes);
      await fs.rename(`${folder}/state.json.next`, `${folder}/state.json`);
      await fs.syncFolder(folder);
      equal(`the new name after rename ${i + 1}`, await fs.read(`${folder}/state.json`), bytes);
      equal(`the old name after rename ${i + 1}`, await fs.read(`${folder}/state.json.next`), null);
      equal(`the names after rename ${i + 1}`, await fs.list(folder), ["state.json"]);
    }
    await rejects("rename of a missing file", () => fs.rename(`${folder}/none`, `${folder}/state.json`));
    equal("the new name after a failed rename", await fs.read(`${folder}/state.json`), Uint8Array.of(4));
  },

  "remove removes a file": async (fs, folder) => {
    await fs.write(`${folder}/file`, Uint8Array.of(1));
    await fs.write(`${folder}/other`, Uint8Array.of(2));
    await fs.remove(`${folder}/file`);
    equal("list", await fs.list(folder), ["other"]);
    equal("read", await fs.read(`${folder}/file`), null);
  },

  "a folder has the names of its own files and folders": async (fs, folder) => {
    await fs.makeFolder(`${folder}/deep/가/나`);
    await fs.write(`${folder}/deep/가/파일`, Uint8Array.of(1));
    await fs.write(`${folder}/deep/b`, Uint8Array.of(2));
    // Files in an existing folder stay.
    await fs.makeFolder(`${folder}/deep/가`);
    equal("list", (await fs.list(`${folder}/deep`))?.sort(), ["b", "가"]);
    equal("list", (await fs.list(`${folder}/deep/가`))?.sort(), ["나", "파일"]);
    equal("list of an empty folder", await fs.list(`${folder}/deep/가/나`), []);
    await rejects("write to a missing folder", () => fs.write(`${folder}/none/file`, Uint8Array.of(1)));
  },

  "isFolder is true for folders only": async (fs, folder) => {
    await fs.write(`${folder}/file`, Uint8Array.of(1));
    const paths = [folder, `${folder}/file`, `${folder}/none`, `${folder}/none/below`];
    for (const [i, path] of paths.entries()) equal(`isFolder of ${path}`, await fs.isFolder(path), i === 0);
  },

  "a file in place of a folder is refused": async (fs, folder) => {
    await fs.write(`${folder}/file`, Uint8Array.of(1));
    for (const path of [`${folder}/file`, `${folder}/file/below`]) {
      const error = await rejects(`list of ${path}`, () => fs.list(path));
      equal(`the code of the error of list of ${path}`, (error as { code?: unknown }).code, "ENOTDIR");
      await rejects(`makeFolder of ${path}`, () => fs.makeFolder(path));
      const refused = await rejects(`assertWritable of ${path}`, () => fs.assertWritable(path));
      if (!(refused instanceof RunError)) throw new CheckError(`assertWritable must throw a RunError, got ${refused}.`);
    }
    await rejects("read of a folder", () => fs.read(folder));
  },

  "assertWritable leaves nothing behind": async (fs, folder) => {
    await fs.assertWritable(folder);
    await fs.assertWritable(`${folder}/new/run`);
    equal("list", await fs.list(folder), []);
  },

  "a folder is locked until it is unlocked": async (fs, folder) => {
    await fs.makeFolder(`${folder}/a`);
    await fs.makeFolder(`${folder}/b`);
    const unlock = await fs.lock(`${folder}/a`);
    const unlockOther = await fs.lock(`${folder}/b`);
    const refused = await rejects("a second lock", () => fs.lock(`${folder}/./a`));
    if (!(refused instanceof RunError)) throw new CheckError(`a second lock must throw a RunError, got ${refused}.`);
    await unlock();
    await (await fs.lock(`${folder}/a`))();
    await unlockOther();
    equal("list after unlocking", await fs.list(`${folder}/a`), []);
  },
};

async function rejects(what: string, act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new CheckError(`${what} must throw, but it returned.`);
}

function equal(what: string, got: unknown, expected: unknown): void {
  const [a, b] = [got, expected].map(describe);
  if (a !== b) throw new CheckError(`${what} must be ${b}, got ${a}.`);
}

/** Equal values have equal texts. */
function describe(value: unknown): string {
  if (!(value instanceof Uint8Array)) return JSON.stringify(value) ?? "undefined";
  let hash = 0;
  for (const byte of value) hash = (Math.imul(hash, 31) + byte) | 0;
  return `${value.byteLength} bytes ${value.slice(0, 8).join(" ")}… (hash ${hash})`;
}
