import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, timeless, tinyConfig } from "../../testing/tiny.js";
import { attend } from "../inference/attend.js";
import { translate } from "../inference/translate.js";
import { nodeFileSystem } from "../node.js";
import { fileSystemChecks } from "../testing/index.js";
import { train } from "../train.js";
import { type FileSystem, pathParts } from "./file-system.js";
import { loadRun } from "./load-run.js";
import { memoryFileSystem } from "./memory-file-system.js";

beforeEach(() => use(cpu()));

describe("the checks of file systems", () => {
  const memory = memoryFileSystem();
  for (const { name, run } of fileSystemChecks(memory, "checks")) test(`in memory: ${name}`, run);
  for (const [i, { name }] of fileSystemChecks(nodeFileSystem, "").entries()) {
    test(`of Node: ${name}`, async () => fileSystemChecks(nodeFileSystem, await temporaryFolder())[i]!.run());
  }

  test.each<[string, Partial<FileSystem>, RegExp]>([
    ["that keeps the longer content", keepsLonger(), /read after a write of 3 bytes must be 3 bytes/],
    ["that returns its own array", sharesArrays(), /read must be 3 bytes 1 2 3/],
    ["that copies instead of renaming", copies(), /the old name after rename 1 must be null/],
    ["that never locks", { lock: async () => async () => undefined }, /a second lock must throw/],
    ["that creates parents when it writes", createsParents(), /write to a missing folder must throw/],
  ])("find a file system %s", async (_, change, message) => {
    const broken = { ...memoryFileSystem(), ...change };
    const failures: string[] = [];
    for (const check of fileSystemChecks(broken, "checks")) {
      await check.run().catch((error: Error) => failures.push(error.message));
    }
    expect(failures.join("\n")).toMatch(message);
  });
});

function keepsLonger(): Partial<FileSystem> {
  const inner = memoryFileSystem();
  return {
    ...inner,
    async write(path, bytes) {
      const rest = (await inner.read(path))?.subarray(bytes.length) ?? new Uint8Array();
      const both = new Uint8Array(bytes.length + rest.length);
      both.set(bytes);
      both.set(rest, bytes.length);
      await inner.write(path, both);
    },
  };
}

function sharesArrays(): Partial<FileSystem> {
  const inner = memoryFileSystem();
  const files = new Map<string, Uint8Array>();
  return {
    ...inner,
    async write(path, bytes) {
      await inner.write(path, bytes);
      files.set(path, bytes);
    },
    read: async (path) => files.get(path) ?? (await inner.read(path)),
  };
}

function copies(): Partial<FileSystem> {
  const inner = memoryFileSystem();
  return { ...inner, rename: async (from, to) => inner.write(to, (await inner.read(from))!) };
}

function createsParents(): Partial<FileSystem> {
  const inner = memoryFileSystem();
  return {
    ...inner,
    async write(path, bytes) {
      await inner.makeFolder(path.split("/").slice(0, -1).join("/"));
      await inner.write(path, bytes);
    },
  };
}

test("a run in memory has the files of a run on the disk, and is loaded, attended and translated with", async () => {
  const memory = memoryFileSystem();
  const disk = await temporaryFolder();
  const places = [
    { out: "runs/copy", fileSystem: memory },
    { out: disk, fileSystem: nodeFileSystem },
  ];
  for (const place of places) (await train({ config: tinyConfig({ epochs: 1 }), ...place })).model.dispose();
  const names = (await memory.list("runs/copy"))!.sort();
  expect(names).toEqual((await nodeFileSystem.list(disk))!.sort());
  for (const name of names.filter((each) => !["metrics.ndjson", "state.json"].includes(each))) {
    expect(await memory.read(`runs/copy/${name}`), name).toEqual(
      new Uint8Array((await nodeFileSystem.read(`${disk}/${name}`))!),
    );
  }
  const run = await loadRun("runs/copy", { fileSystem: memory });
  expect((await translate(run, ["a b"]))[0]!.source).toEqual(["a", "b"]);
  expect((await attend(run, "a b")).maps).toHaveLength(1);
  expect(timeless((await train({ out: "runs/copy", resume: true, fileSystem: memory })).history)).toHaveLength(1);
});

test("a folder without a file system is refused, and says where to get one", async () => {
  await expect(train({ config: tinyConfig(), out: "runs/copy" })).rejects.toThrow(
    /`out` needs a `fileSystem`, got only out: "runs\/copy"\. In Node, import train from "@heed\/train\/node"/,
  );
});

test("paths have no parts that lead up", () => {
  expect(pathParts("/runs//copy/./a")).toEqual(["runs", "copy", "a"]);
  expect(() => pathParts("runs/../copy")).toThrow('cannot contain ".."');
});
