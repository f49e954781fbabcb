import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { freeRunFolder, lastRunFolder } from "./run-folder.js";
import { temporaryFolder } from "./testing/run-cli.js";

const parent = await temporaryFolder(afterAll);

describe("run folders", () => {
  it("are numbered, and never one that exists", async () => {
    expect(lastRunFolder("copy", parent)).toBeUndefined();
    expect(freeRunFolder("copy", parent)).toBe(join(parent, "copy"));
    await mkdir(join(parent, "copy"));
    expect(freeRunFolder("copy", parent)).toBe(join(parent, "copy-2"));
    await mkdir(join(parent, "copy-2"));
    expect(freeRunFolder("copy", parent)).toBe(join(parent, "copy-3"));
    expect(lastRunFolder("copy", parent)).toBe(join(parent, "copy-2"));
    expect(freeRunFolder("bahdanau", parent)).toBe(join(parent, "bahdanau"));
  });
});
