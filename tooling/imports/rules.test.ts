import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

/** Files of a small workspace, each with the rules that its imports break. */
const cases: readonly (readonly [path: string, text: string, ...broken: string[]])[] = [
  ["packages/nn/src/down.ts", 'import "@heed/tensor";'],
  ["packages/nn/src/up.ts", 'import "@heed/train";', "nn-imports"],
  ["packages/nn/src/up-type.ts", 'import type { X } from "@heed/train"; export type Y = X;', "nn-imports"],
  ["packages/nn/src/up-expression.ts", 'export type X = import("@heed/train").X;', "nn-imports"],
  ["packages/nn/src/up-export.ts", 'export * from "@heed/train";', "nn-imports"],
  ["packages/nn/src/up-lazy.ts", 'export const f = () => import("@heed/train");', "nn-imports"],
  ["packages/nn/src/text.ts", "// import '@heed/train'\nexport const a = `from '@heed/train'`;"],
  ["packages/nn/src/up.test.ts", 'import "@heed/train";', "nn-tests-import"],
  ["packages/nn/src/backend.ts", 'import "@heed/backend-wasm";', "nn-imports"],
  ["packages/nn/src/backend.test.ts", 'import "@heed/backend-wasm"; import "@heed/tooling/pytorch";'],
  ["packages/nn/src/tooling.ts", 'import "@heed/tooling/pytorch";', "nn-imports"],
  ["packages/train/src/app.ts", 'import "heed";', "train-imports"],
  ["apps/cli/src/anything.ts", 'import "@heed/train"; import "@heed/backend-wasm"; import "node:fs";'],
  ["packages/attic/src/index.ts", 'import "@heed/tensor";', "known-package"],
  ["packages/nn/src/relative.ts", 'import "../../tensor/src/index.js";', "by-name"],
  ["packages/nn/src/helper.test.ts", 'import "../../tensor/testing/helper.js";'],
  ["packages/nn/src/itself.ts", 'import "@heed/nn/node";', "not-itself-by-name", "node-entry"],
  ["packages/nn/src/deep.ts", 'import "@heed/tensor/src/index.js";', "resolvable"],
  ["packages/nn/src/no-file.ts", 'import "./nothing.js";', "resolvable"],
  ["packages/nn/src/kit.ts", 'import "@heed/tensor/testing";', "kits-in-tests"],
  ["packages/nn/src/testing/kit.ts", 'import "@heed/tensor/testing";'],
  ["packages/nn/src/kit.test.ts", 'import "@heed/tensor/testing";'],
  ["packages/nn/src/fs.ts", 'import "node:fs";', "node-modules-of-node"],
  ["packages/nn/src/fs-lazy.ts", 'export const f = () => import("node:fs");', "node-modules-of-node"],
  ["packages/nn/src/fs.test.ts", 'import "node:fs";'],
  ["packages/nn/src/testing/fs.ts", 'import "node:fs";', "node-modules-of-node"],
  ["packages/nn/src/deep/node.ts", 'import "node:fs";', "node-modules-of-node"],
  ["packages/nn/src/node/fs.ts", 'import "node:fs";'],
  ["packages/nn/src/to-node.ts", 'import "./node/fs.js";', "node-entry"],
  ["packages/train/src/node/entry.ts", 'import "@heed/nn/node";'],
  ["packages/train/src/entry.ts", 'import "@heed/nn/node";', "node-entry"],
  ["packages/nn/src/library.ts", 'import "a-library";', "resolvable"],
  ["packages/nn/src/dist.ts", 'import "../dist/index.js";', "sources-not-dist"],
  // A cycle is reported once.
  ["packages/nn/src/a.ts", 'import "./b.js";', "no-cycles"],
  ["packages/nn/src/b.ts", 'import type { c } from "./c.js"; export type B = c;'],
  ["packages/nn/src/c.ts", 'export { a } from "./a.js";'],
  // What the others import.
  ["packages/tensor/src/index.ts", "export const t = 1;"],
  ["packages/tensor/src/testing/index.ts", "export const k = 1;"],
  ["packages/tensor/testing/helper.ts", "export const h = 1;"],
  ["packages/nn/src/index.ts", "export const n = 1;"],
  ["packages/nn/src/node.ts", 'export * from "./node/fs.js";'],
  ["packages/nn/dist/index.js", "export const n = 1;"],
  ["packages/train/src/index.ts", "export type X = 1;"],
  ["packages/backend-wasm/src/index.ts", "export const w = 1;"],
  ["apps/cli/src/index.ts", "export const heed = 1;"],
  ["tooling/pytorch/load.ts", "export const p = 1;"],
];

const manifests = {
  "packages/nn": { name: "@heed/nn", exports: { ".": "./dist/index.js", "./node": { default: "./dist/node.js" } } },
  "packages/tensor": {
    name: "@heed/tensor",
    exports: { ".": "./dist/index.js", "./testing": { default: "./dist/testing/index.js" } },
  },
  "packages/train": { name: "@heed/train", exports: { ".": "./dist/index.js" } },
  "packages/backend-wasm": { name: "@heed/backend-wasm", exports: { ".": "./dist/index.js" } },
  "apps/cli": { name: "heed", exports: { ".": { browser: "./dist/browser.js", default: "./dist/index.js" } } },
  tooling: { name: "@heed/tooling", exports: { "./pytorch": "./pytorch/load.ts" } },
};

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "heed-imports-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rules that each file breaks. */
const found = new Map<string, Set<string>>();

beforeAll(() => {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  cpSync(join(root, "tooling/imports"), join(folder, "tooling/imports"), { recursive: true });
  for (const [path, manifest] of Object.entries(manifests)) write(`${path}/package.json`, JSON.stringify(manifest));
  for (const [path, text] of cases) write(path, text);
  mkdirSync(join(folder, "node_modules/@heed"), { recursive: true });
  symlinkSync(join(folder, "tooling"), join(folder, "node_modules/@heed/tooling"), "junction");
  const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = ["--config", "tooling/imports/rules.config.mjs", "-T", "json", "packages", "apps"];
  const output = execFileSync(process.execPath, [cruiser, ...args], { cwd: folder, encoding: "utf8" });
  const { summary } = JSON.parse(output) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  for (const { from, rule } of summary.violations) {
    found.set(from, (found.get(from) ?? new Set()).add(rule.name));
  }
});

it.each(cases.map(([path, text, ...broken]) => ({ path, text, broken })))(
  "$path: $text $broken",
  ({ path, broken }) => {
    expect([...(found.get(path) ?? [])].sort()).toEqual([...broken].sort());
  },
);
