import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleSources } from "@heed/tooling/bundle-sources";
import { findOwnNode } from "@heed/tooling/find-own-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NodeCertificate } from "../testing/checks-node.js";

const home = fileURLToPath(new URL("../", import.meta.url));
const node = findOwnNode();

describe.skipIf(!node)("on the machine's own Node (needs one besides the pinned one, 20.19 or newer)", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heed-node-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    await bundleSources({ home, entry: { checks: "testing/checks-node.ts" }, folder, platform: "node" });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([1, 2, 3])("every check passes, threads: %i", { timeout: 180_000 }, async (threads) => {
    const { stdout } = await promisify(execFile)(node!, [join(folder, "checks.js"), `${threads}`]);
    const certificate = JSON.parse(stdout) as NodeCertificate;
    expect(certificate.failures, `Node ${certificate.node}`).toEqual([]);
    expect(certificate).toMatchObject({ threads, simd: 128 });
    expect(certificate.checks).toBeGreaterThan(100);
  });
});
