import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { cpu, use } from "@heed/tensor";
import { build } from "tsup";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { train } from "../node.js";
import { lockFolder } from "./folder-lock.js";
import { ownIdentity, type ProcessIdentity } from "./process-identity.js";

beforeEach(() => use(cpu()));

/** The id of a process that has ended. */
const deadProcess = (): number => spawnSync(process.execPath, ["--version"]).pid;

/** The content of a lock of this process, with changes. */
const lockOf = async (changes: Partial<ProcessIdentity>, token = "t"): Promise<string> =>
  JSON.stringify({ ...(await ownIdentity()), token, ...changes });

test("a folder stays locked until it is unlocked", async () => {
  const folder = await temporaryFolder();
  const release = await lockFolder(folder);
  expect(JSON.parse(await readFile(`${folder}/train.lock`, "utf8"))).toMatchObject(await ownIdentity());
  await expect(lockFolder(`${folder}/.`)).rejects.toThrow("This process trains into");
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder))();
});

test.each([
  ["another process", async () => lockOf({ pid: process.ppid, started: await startOf(process.ppid) })],
  ["this process, by another copy of heed", () => lockOf({})],
  ["a process of another machine, which cannot be observed", () => lockOf({ pid: deadProcess(), host: "elsewhere" })],
  ["a process of another container", () => lockOf({ pid: deadProcess(), namespace: "pid:[1]" })],
])("the lock of %s stays", async (_, text) => {
  const folder = await temporaryFolder();
  const content = await text();
  const { pid, host } = JSON.parse(content) as ProcessIdentity;
  await writeFile(`${folder}/train.lock`, content);
  await expect(lockFolder(folder)).rejects.toThrow(`Process ${pid} on ${host} trains into ${folder} already.`);
  expect(await readFile(`${folder}/train.lock`, "utf8")).toBe(content);
  expect(await readdir(folder)).toEqual(["train.lock"]);
});

/** As Linux lists it. */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

test.each([
  ["a dead process", () => lockOf({ pid: deadProcess() })],
  ["an earlier process with the id of this one", () => lockOf({ started: "1" })],
  ["a process before the machine was started again", () => lockOf({ boot: "another" })],
])("the lock of %s is replaced", async (_, text) => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/train.lock`, await text());
  const release = await lockFolder(folder);
  expect(JSON.parse(await readFile(`${folder}/train.lock`, "utf8"))).toMatchObject(await ownIdentity());
  await release();
  expect(await readdir(folder)).toEqual([]);
});

test("processes that died while they replaced a lock leave nothing behind", async () => {
  const folder = await temporaryFolder();
  const pid = deadProcess();
  await writeFile(`${folder}/train.lock`, await lockOf({ pid }, "one"));
  await writeFile(`${folder}/train.lock.one`, await lockOf({ pid }, "two"));
  await writeFile(`${folder}/train.lock.one.two`, await lockOf({ pid }, "three"));
  await writeFile(`${folder}/train.lock.new.four`, await lockOf({ pid }, "four"));
  await writeFile(`${folder}/train.lock.new.five`, "");
  const release = await lockFolder(folder);
  expect(await readdir(folder)).toEqual(["train.lock"]);
  await release();
});

test("a lock that another process replaces at this moment is left to it", async () => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/train.lock`, await lockOf({ pid: deadProcess() }, "one"));
  await writeFile(
    `${folder}/train.lock.one`,
    await lockOf({ pid: process.ppid, started: await startOf(process.ppid) }),
  );
  await expect(lockFolder(folder)).rejects.toThrow(`Process ${process.ppid} on ${hostname()} trains into`);
});

test("a damaged lock is an error, and unlocking never removes the lock of another process", async () => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/train.lock`, '{"pid": 1');
  await expect(lockFolder(folder)).rejects.toThrow(`train.lock is damaged.`);
  await writeFile(`${folder}/train.lock`, await lockOf({ pid: deadProcess() }));
  const release = await lockFolder(folder);
  const other = await lockOf({}, "other");
  await writeFile(`${folder}/train.lock`, other);
  await release();
  expect(await readFile(`${folder}/train.lock`, "utf8")).toBe(other);
});

describe("races", () => {
  test("of 4 processes, some of which are killed while they hold the lock, one at a time has it", {
    timeout: 60_000,
  }, async () => {
    const folder = await temporaryFolder();
    const scripts = await temporaryFolder();
    const racer = `${scripts}/lock-racer.js`;
    await build({
      entry: { "lock-racer": fileURLToPath(new URL("../../testing/lock-racer.ts", import.meta.url)) },
      ...{ outDir: scripts, format: "esm", config: false, silent: true, noExternal: [/.*/] },
    });
    const race = async (name: number): Promise<{ holds: number; doubles: number }> => {
      const sum = { holds: 0, doubles: 0 };
      for (let life = 0; life < 5; life++) {
        const child = spawn(process.execPath, [racer, folder, `${name}${life}`, "20"], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        let text = "";
        child.stdout.on("data", (chunk) => (text += chunk));
        await once(child, "close");
        for (const line of text.trim().split("\n")) {
          const { holds, double } = JSON.parse(line) as { holds: number; double: boolean };
          sum.holds += holds;
          sum.doubles += Number(double);
        }
      }
      return sum;
    };
    const sums = await Promise.all([1, 2, 3, 4].map(race));
    expect(sums.map(({ doubles }) => doubles)).toEqual([0, 0, 0, 0]);
    expect(sums.reduce((all, { holds }) => all + holds, 0)).toBeGreaterThan(100);
    await (await lockFolder(folder))();
    expect(await readdir(folder)).toEqual([]);
  });
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

test("a lock that is a link to nothing, or whose token is a path, is damaged: nothing is written elsewhere", async () => {
  const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
  await symlink(`${outside}/new`, `${folder}/train.lock`);
  await expect(lockFolder(folder)).rejects.toThrow(`${folder}/train.lock is damaged.`);
  await rm(`${folder}/train.lock`);
  await mkdir(`${folder}/train.lock.`);
  const lock = { pid: 2 ** 22 + 1, host: "x", boot: "x", namespace: "x", started: "x", token: "/../sub/lock" };
  await mkdir(`${folder}/sub`);
  await writeFile(`${folder}/train.lock`, JSON.stringify(lock));
  await expect(lockFolder(folder)).rejects.toThrow(`${folder}/train.lock is damaged.`);
  expect(await readdir(outside)).toEqual([]);
  expect(await readdir(`${folder}/sub`)).toEqual([]);
});
