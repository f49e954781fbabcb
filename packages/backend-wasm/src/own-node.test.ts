import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, path } from "../testing/bundle.js";
import type { NodeCertificate } from "../testing/checks-node.js";
import { findOwnNode } from "../testing/find-own-node.js";

const node = findOwnNode();

describe.skipIf(!node)("on the machine's own Node (needs one besides the pinned one, 20.19 or newer)", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heed-node-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    await bundle({ checks: path("./checks-node.ts") }, folder, { platform: "node" });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([1, 2, 3])("every check passes, threads: %i", async (threads) => {
    const { stdout } = await promisify(execFile)(node!, [join(folder, "checks.js"), `${threads}`]);
    const certificate = JSON.parse(stdout) as NodeCertificate;
    expect(certificate.failures, `Node ${certificate.node}`).toEqual([]);
    expect(certificate).toMatchObject({ threads, simd: 128 });
    expect(certificate.checks).toBeGreaterThan(100);
  });
});
