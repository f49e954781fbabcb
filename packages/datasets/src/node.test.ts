import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DataError } from "./data-error.js";
import { readFile } from "./node.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heed-datasets-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("readFile", () => {
  it("returns the bytes of a file", async () => {
    const path = join(folder, "a.bin");
    await writeFile(path, Uint8Array.of(1, 0, 255));
    expect([...(await readFile(path))]).toEqual([1, 0, 255]);
  });

  it.skipIf(process.platform === "win32")("refuses devices and named pipes, which may never end", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await symlink("/dev/zero", join(folder, "link"));
    await expect(readFile(pipe)).rejects.toThrow(`${pipe} must be a regular file, got a pipe. Save the data to a file`);
    await expect(readFile(join(folder, "link"))).rejects.toThrow(
      /link must be a regular file, got a device or socket\./,
    );
    await expect(readFile(join(folder, "link"))).rejects.toThrow(DataError);
  });

  it("names a missing file, and the one that was meant", async () => {
    await writeFile(join(folder, "train.en"), "a\n");
    const path = join(folder, "train.eng");
    await expect(readFile(path)).rejects.toThrow(`There is no file ${path}. Did you mean "train.en"? Check the path`);
    await expect(readFile(path)).rejects.toThrow(DataError);
    await expect(readFile(join(folder, "none", "a.en"))).rejects.toThrow(/There is no folder .*none either\./);
    await expect(readFile(join(folder, "train.en", "a.en"))).rejects.toThrow(/There is no file /);
  });

  it("refuses a folder", async () => {
    await expect(readFile(folder)).rejects.toThrow(`${folder} is a folder; expected a file.`);
  });

  it("returns standard input for -, once only", async () => {
    vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from("가"), Buffer.from("\n")]) as never);
    expect(new TextDecoder().decode(await readFile("-"))).toBe("가\n");
    await expect(readFile("-")).rejects.toThrow("Standard input (-) can be read once only.");
    vi.restoreAllMocks();
  });
});
