import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleSources } from "@heed/tooling/bundle-sources";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gpu } from "./gpu.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Where Chromium keeps SwiftShader, which serves Dawn where there is no graphics card. */
const renderer = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"].find((folder) =>
  existsSync(join(folder, "vk_swiftshader_icd.json")),
);
const { WEBGPU_PATH } = process.env;
const installed = WEBGPU_PATH !== undefined || existsSync(path("../node_modules/webgpu"));

describe.skipIf(!installed)("in Node (needs the package webgpu, or its entry file in WEBGPU_PATH)", () => {
  let folder: string;

  beforeAll(async () => {
    // Inside of the package, so that `webgpu` is found from there.
    folder = mkdtempSync(join(WEBGPU_PATH ? tmpdir() : path("../node_modules"), ".heed-node-"));
    await bundleSources({
      home: path("../"),
      entry: { checks: "testing/checks-in-node.ts" },
      folder,
      noExternal: [/^@heed\//, /^gpu\.js/],
      outExtension: () => ({ js: ".mjs" }),
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("every check passes on WebGPU", { timeout: 180_000 }, async () => {
    const env = renderer
      ? {
          ...process.env,
          VK_ICD_FILENAMES: join(renderer, "vk_swiftshader_icd.json"),
          LD_LIBRARY_PATH: renderer,
        }
      : process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "checks.mjs")], { env });
    const { checks, failures } = JSON.parse(stdout.trim().split("\n").at(-1)!);
    expect(failures).toEqual([]);
    expect(checks).toBeGreaterThan(100);
  });
});

describe.skipIf(installed)("in Node without the package webgpu (needs that there is none)", () => {
  test("the error says what was tried, what is missing, and what to use instead", async () => {
    await expect(gpu()).rejects.toThrow(
      /no graphics card to use here\. Tried webgpu: Node needs the package webgpu \(npm install webgpu\).*; webgl2: there is no WebGL2 here\. Use wasm\(\) of @heed\/backend-wasm/,
    );
  });
});
