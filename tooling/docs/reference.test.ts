import { join } from "node:path";
import { expect, test } from "vitest";
import { cliReference } from "./cli-reference.ts";
import { configurationReference } from "./configuration-reference.ts";
import { root } from "./markdown-pages.ts";

test("docs/reference/cli.md is written from the commands", async () => {
  await expect(cliReference()).toMatchFileSnapshot(join(root, "docs/reference/cli.md"));
});

test("docs/reference/configuration.md is written from the schemas", async () => {
  await expect(configurationReference()).toMatchFileSnapshot(join(root, "docs/reference/configuration.md"));
});
