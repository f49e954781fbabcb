import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { createFile, replaceFile } from "./replace-file.js";
import { temporaryFolder } from "./testing/run-cli.js";

// Files whose names start with "full" are on a full disk, which takes a part of them.
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const full = async (path: string): Promise<never> => {
    await fs.writeFile(path, "half", { flag: "wx" });
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  const writeFile = (path: string, content: string, options?: { flag?: string }) =>
    /[/\\]full[^/\\]*$/.test(path) ? full(path) : fs.writeFile(path, content, options);
  return { ...fs, writeFile };
});

const folder = await temporaryFolder(afterAll);

test("follows no link that stands in the place of the temporary file", async () => {
  const [outside, file] = [join(folder, "outside"), join(folder, "page.md")];
  await writeFile(outside, "old");
  await symlink(outside, `${file}.tmp`);
  await replaceFile(file, "new");
  expect(await readFile(file, "utf8")).toBe("new");
  expect(await readFile(outside, "utf8")).toBe("old");
});

test("a file on a full disk is named, and nothing is left", async () => {
  const message = "full.ts: ENOSPC: no space left on device, write. Free space, or choose another folder.";
  for (const write of [createFile, replaceFile]) {
    await expect(write(join(folder, "full.ts"), "new")).rejects.toThrow(message);
    expect((await readdir(folder)).filter((name) => name.startsWith("full"))).toEqual([]);
  }
});

test("a file that exists is kept", async () => {
  const file = join(folder, "mine.ts");
  await createFile(file, "mine");
  await expect(createFile(file, "new")).rejects.toThrow(`Cannot write ${file}: EEXIST`);
  expect(await readFile(file, "utf8")).toBe("mine");
});

test("names the file that cannot be written", async () => {
  const file = join(folder, "taken");
  await mkdir(file);
  await expect(replaceFile(file, "new")).rejects.toThrow(`Cannot write ${file}: `);
});
