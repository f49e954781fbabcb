import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { version } from "./version.js";

test("version.ts has the version of package.json", async () => {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  expect((JSON.parse(manifest) as { version: string }).version).toBe(version);
});
