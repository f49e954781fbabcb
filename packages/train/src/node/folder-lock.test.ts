import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { train } from "../node.js";
import { lockFolder } from "./folder-lock.js";

beforeEach(() => use(cpu()));

/** The number of a process that ran and is dead. */
const deadProcess = (): number => spawnSync(process.execPath, ["--version"]).pid;

const lockOf = (pid: number, host = hostname()): string => JSON.stringify({ pid, host });

test("a folder is held until it is given back", async () => {
  const folder = await temporaryFolder();
  const release = await lockFolder(folder);
  expect(JSON.parse(await readFile(`${folder}/train.lock`, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
  await expect(lockFolder(`${folder}/.`)).rejects.toThrow("This process trains into");
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder))();
});

test("another process that lives is named, and its lock stays", async () => {
  const folder = await temporaryFolder();
  const text = lockOf(process.ppid);
  await writeFile(`${folder}/train.lock`, text);
  await expect(lockFolder(folder)).rejects.toThrow(
    `Process ${process.ppid} on ${hostname()} trains into ${folder} already.`,
  );
  expect(await readFile(`${folder}/train.lock`, "utf8")).toBe(text);
});

test("nobody knows whether a process of another machine lives", async () => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/train.lock`, lockOf(deadProcess(), "elsewhere"));
  await expect(lockFolder(folder)).rejects.toThrow(/on elsewhere trains into .* delete .*train\.lock/);
});

test.each([
  ["of a dead process", () => lockOf(deadProcess())],
  ["of a process before that had this one's number", () => lockOf(process.pid)],
  ["cut in half", () => '{"pid": 1'],
])("the lock %s is taken over", async (_, text) => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/train.lock`, text());
  const release = await lockFolder(folder);
  expect(JSON.parse(await readFile(`${folder}/train.lock`, "utf8"))).toMatchObject({ pid: process.pid });
  await release();
  expect(await readdir(folder)).toEqual([]);
});

test("two trainings into one folder: the second stops, and the first is unharmed", async () => {
  const [alone, out] = [await temporaryFolder(), await temporaryFolder()];
  await train({ config: tinyConfig({ epochs: 2 }), out: alone });
  let second: Promise<unknown> = Promise.resolve();
  await train({
    config: tinyConfig({ epochs: 2 }),
    out,
    on: async (event) => {
      if (event.event !== "checkpoint") return;
      for (const resume of [true, false]) {
        second = train({ config: tinyConfig({ epochs: 2 }), out, resume, overwrite: !resume });
        await expect(second).rejects.toThrow("This process trains into");
      }
    },
  });
  for (const file of ["model.safetensors", "optimizer.safetensors"]) {
    expect((await readFile(`${out}/${file}`)).equals(await readFile(`${alone}/${file}`))).toBe(true);
  }
  expect(await readdir(out)).not.toContain("train.lock");
});

test("a run that was written since training began is not replaced", async () => {
  const out = await temporaryFolder();
  const inner = tinyConfig({ epochs: 1 });
  let begun = false;
  const outer = train({
    config: tinyConfig({ epochs: 1 }, { seed: 4 }),
    out,
    on: async (event) => {
      if (event.event !== "start" || begun) return;
      begun = true;
      await train({ config: inner, out });
    },
  });
  await expect(outer).rejects.toThrow(`There is a run in ${out} already`);
  expect(await readFile(`${out}/config.yaml`, "utf8")).toContain("seed: 3");
});
