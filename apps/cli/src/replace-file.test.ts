import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { replaceFile } from "./replace-file.js";
import { temporaryFolder } from "./testing/run-cli.js";

const folder = await temporaryFolder(afterAll);

test("follows no link that stands in the place of the temporary file", async () => {
  const [outside, file] = [join(folder, "outside"), join(folder, "page.md")];
  await writeFile(outside, "old");
  await symlink(outside, `${file}.tmp`);
  await replaceFile(file, "new");
  expect(await readFile(file, "utf8")).toBe("new");
  expect(await readFile(outside, "utf8")).toBe("old");
});

test("names the file that cannot be written", async () => {
  const file = join(folder, "taken");
  await mkdir(file);
  await expect(replaceFile(file, "new")).rejects.toThrow(`Cannot write ${file}: `);
});
