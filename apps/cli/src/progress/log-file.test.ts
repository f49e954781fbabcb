import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../testing/run-cli.js";
import { LogFile } from "./log-file.js";

const folder = await temporaryFolder(afterAll);
const now = (): Date => new Date("2026-01-02T03:04:05.678Z");

test("lines get the time, lose their colours, and stand after what the file had", async () => {
  const path = join(folder, "new", "folder", "train.log");
  for (const text of ["\u001b[1mfirst\u001b[22m", "second\n\n\u001b]0;title\u0007third \u202e"]) {
    const log = await LogFile.open(path, now);
    log.write(text);
    log.close();
  }
  const time = "2026-01-02T03:04:05.678Z";
  expect(await readFile(path, "utf8")).toBe(`${time}  first\n${time}  second\n${time}\n${time}  third \\u202e\n`);
});

test("a link or a folder is refused, and what a link leads to is not changed", async () => {
  await writeFile(join(folder, "victim"), "as it was");
  await symlink(join(folder, "victim"), join(folder, "link"));
  await mkdir(join(folder, "folder"), { recursive: true });
  for (const name of ["link", "folder"]) {
    await expect(LogFile.open(join(folder, name))).rejects.toThrow(
      `--log-file must be a regular file, got ${join(folder, name)}, which is another kind.`,
    );
  }
  expect(await readFile(join(folder, "victim"), "utf8")).toBe("as it was");
});

test("a file that is not a log is refused and not changed; an empty file is a log", async () => {
  const path = join(folder, "notes.txt");
  await writeFile(path, "my notes\n");
  await expect(LogFile.open(path)).rejects.toThrow(
    `--log-file must be a new file or an earlier log, got ${path}, which has other content. Choose another name.`,
  );
  expect(await readFile(path, "utf8")).toBe("my notes\n");
  const empty = join(folder, "empty.log");
  for (const text of ["", "after an empty line"]) {
    if (text === "") await writeFile(empty, "");
    const log = await LogFile.open(empty, now);
    log.write(text);
    log.close();
  }
  expect(await readFile(empty, "utf8")).toMatch(/Z\n.*Z {2}after an empty line\n$/);
});

test.each([
  "state.json",
  "config.yaml.next",
  "best.safetensors",
  "Report.html",
  "train.lock",
  "metrics.ndjson.previous",
  "loss.png",
])("%s, the name of a file of a run, is refused and not created", async (name) => {
  const path = join(folder, "run", name);
  await expect(LogFile.open(path)).rejects.toThrow(
    `--log-file must not have the name of a file of a run, got ${path}. Choose another name, such as train.log.`,
  );
  await expect(readFile(path)).rejects.toThrow("ENOENT");
});
