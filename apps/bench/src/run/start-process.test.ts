import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ContestantLink } from "./contestant-link.js";
import { startProcess } from "./start-process.js";

const folder = mkdtempSync(join(tmpdir(), "heed-bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hello = 'console.log(`@heed-bench {"description":{"versions":{"x":"1"},"details":{}}}`);';
const onLine = (code: string): string => `process.stdin.once("data", () => { ${code} });`;

function start(code: string): ReturnType<typeof startProcess> {
  const file = join(folder, `${code.length}.mjs`);
  writeFileSync(file, code);
  return startProcess({ command: process.execPath, args: [file], seconds: 20 });
}

async function linkTo(code: string): Promise<ContestantLink> {
  const link = await start(code);
  if ("absent" in link) throw new Error(link.absent);
  return link;
}

describe("startProcess", () => {
  it("hears the answers among whatever else a library prints", async () => {
    const link = await linkTo(
      `console.log("Hi there!"); ${hello} ${onLine('console.log("noise"); console.log(`@heed-bench {"done":true}`)')}`,
    );
    expect(link.description.versions).toEqual({ x: "1" });
    expect(await link.ask({ do: "finish" }, 20)).toEqual({ done: true });
    expect(link.alive()).toBe(true);
    link.close();
    expect(link.alive()).toBe(false);
  });

  it("says why a contestant is absent", async () => {
    expect(await start('console.log(`@heed-bench {"absent":"no such library"}`)')).toEqual({
      absent: "no such library",
    });
    expect(await start('throw new Error("cannot load")')).toMatchObject({ absent: expect.stringContaining("code 1") });
    expect(await startProcess({ command: join(folder, "nothing"), args: [] })).toMatchObject({
      absent: expect.stringContaining("ENOENT"),
    });
  });

  it("fails, rather than waits, when a contestant dies or is silent", async () => {
    const dying = await linkTo(`${hello} ${onLine('console.error("out of memory"); process.exit(3)')}`);
    await expect(dying.ask({ do: "finish" }, 20)).rejects.toThrow("it ended with code 3: out of memory");
    expect(dying.alive()).toBe(false);
    const silent = await linkTo(`${hello} ${onLine("")} setInterval(() => {}, 1000);`);
    await expect(silent.ask({ do: "finish" }, 0.2)).rejects.toThrow("no answer within 0.2 s");
  });
});
