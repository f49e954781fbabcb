import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { train } from "../node.js";
import { RunError } from "../run/run-error.js";
import { assertWritableFolder } from "./writable-folder.js";

async function expectRefused(path: string, message: string): Promise<void> {
  const asking = assertWritableFolder(path);
  await expect(asking).rejects.toThrow(RunError);
  await expect(asking).rejects.toThrow(`Cannot write to ${path}: ${message}`);
}

describe("assertWritableFolder", () => {
  test("takes a folder that is there, and one that can be made, and leaves nothing behind", async () => {
    const folder = await temporaryFolder();
    await assertWritableFolder(folder);
    await assertWritableFolder(`${folder}/새로운/run`);
    expect(await readdir(folder)).toEqual([]);
  });

  test("removes the empty folders that killed processes left, and nothing else", async () => {
    const folder = await temporaryFolder();
    for (const name of [".heed-Ab3dE6", ".heed-mine12", ".heed-other-name"]) await mkdir(`${folder}/${name}`);
    await writeFile(`${folder}/.heed-mine12/file`, "");
    await writeFile(`${folder}/.heed-afile1`, "");
    await assertWritableFolder(folder);
    expect((await readdir(folder)).sort()).toEqual([".heed-afile1", ".heed-mine12", ".heed-other-name"]);
  });

  test("names the file that is in the way", async () => {
    const folder = await temporaryFolder();
    await writeFile(`${folder}/file`, "");
    for (const path of [`${folder}/file`, `${folder}/file/a/b`]) {
      await expectRefused(path, `${folder}/file is a file; a folder was expected.`);
    }
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "names the folder that may not be written (not as root)",
    async () => {
      const folder = await temporaryFolder();
      await chmod(folder, 0o500);
      await expectRefused(`${folder}/a/b`, `nothing can be made in ${folder} (EACCES)`);
      await chmod(folder, 0o700);
    },
  );

  test.skipIf(!existsSync("/proc/self"))("ends where nothing can be made at all (needs /proc)", async () => {
    await expectRefused("/proc/x/y", "nothing can be made in /proc (");
    const started = performance.now();
    await expect(train({ config: tinyConfig(), out: "/proc/x/y" })).rejects.toThrow("Cannot write to /proc/x/y");
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test("train asks before it reads any data", async () => {
  const out = `${await temporaryFolder()}/file`;
  await writeFile(out, "");
  const config = tinyConfig({}, { recipe: "bahdanau", data: { tsv: "/nowhere/ko-en.tsv" } });
  await expect(train({ config, out })).rejects.toThrow(`${out} is a file; a folder was expected.`);
  await expect(train({ out, resume: true })).rejects.toThrow(`${out} is not a run folder: it is a file`);
});
