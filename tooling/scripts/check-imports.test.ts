import { describe, expect, it } from "vitest";
import { findViolations, importsOf, type SourcePackage } from "./check-imports.ts";

/** The workspace in small: one file in one package, beside the others it may want to import. */
function house(folder: string, path: string, text: string, dependencies: string[] = []): SourcePackage[] {
  const others = ["packages/tensor", "packages/nn", "packages/attention", "packages/train", "packages/backend-wasm"];
  const declared = Object.fromEntries(dependencies.map((name) => [name, "*"]));
  const exports = (of: string): Record<string, unknown> =>
    of === "packages/nn" ? { ".": {}, "./node": {} } : { ".": {} };
  const name = (of: string): string => (of === "apps/cli" ? "heed" : `@heed/${of.split("/")[1]}`);
  return [
    {
      folder,
      manifest: { name: name(folder), exports: exports(folder), dependencies: declared },
      files: [{ path, text }],
    },
    ...[...others, "apps/cli"]
      .filter((other) => other !== folder)
      .map((other) => ({ folder: other, manifest: { name: name(other), exports: exports(other) }, files: [] })),
  ];
}

describe("the import check", () => {
  it.each([
    ["down", "packages/nn", "src/a.ts", 'import { Tensor } from "@heed/tensor";', ["@heed/tensor"]],
    ["an app, anything", "apps/cli", "src/a.ts", 'import { train } from "@heed/train";', ["@heed/train"]],
    ["a kit in a kit", "packages/attention", "src/testing/a.ts", 'import "@heed/tensor/testing";', ["@heed/tensor"]],
    ["a root tool in a test", "packages/nn", "src/a.test.ts", 'import { it } from "vitest";', []],
    ["node: in the entry for Node", "packages/nn", "src/node.ts", 'import "node:fs";', []],
    ["node: behind that entry", "packages/nn", "src/node/deep/a.ts", 'import "node:fs"; process.exit();', []],
    ["the entry for Node of its own", "packages/nn", "src/node.ts", 'export * from "./node/a.js";', []],
    ["an entry for Node, from one", "packages/train", "src/node/a.ts", 'import "@heed/nn/node";', ["@heed/nn"]],
    ["an entry for Node, from an app", "apps/cli", "src/a.ts", 'import "@heed/nn/node";', ["@heed/nn"]],
    ["a process of its own", "packages/nn", "src/a.ts", "const { process } = globalThis; process?.cwd();", []],
    ["a process that may be missing", "packages/nn", "src/a.ts", "globalThis.process?.cwd();", []],
    ["node: in a test", "packages/nn", "src/a.test.ts", 'import "node:fs";', []],
    ["node: in an app", "apps/cli", "src/a.ts", 'import "node:fs";', []],
    ["node: in the entry for Node", "packages/nn", "src/node.ts", 'import "node:fs";', []],
    ["node: behind the entry for Node", "packages/nn", "src/node/a.ts", 'import "node:fs";', []],
    ["a neighbour", "packages/nn", "src/deep/a.ts", 'import { b } from "../b.js";', []],
    [
      "text that looks like one",
      "packages/nn",
      "src/a.ts",
      "// import '@heed/train'\nexport const a = `from '@heed/train'`;",
      [],
    ],
  ])("accepts %s", (_, folder, path, text, dependencies) => {
    expect(findViolations(house(folder, path, text, dependencies), ["vitest"])).toEqual([]);
  });

  it.each([
    [
      "up",
      "packages/nn",
      "src/a.ts",
      'import { x } from "@heed/train";',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    [
      "up, by type",
      "packages/nn",
      "src/a.ts",
      'import type { X } from "@heed/train";',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    [
      "up, by type expression",
      "packages/nn",
      "src/a.ts",
      'export type X = import("@heed/train").X;',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    [
      "up, by re-export",
      "packages/nn",
      "src/a.ts",
      'export * from "@heed/train";',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    [
      "up, lazily",
      "packages/nn",
      "src/a.ts",
      'export const f = () => import("@heed/train");',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    [
      "up, from a test",
      "packages/nn",
      "src/a.test.ts",
      'import "@heed/train";',
      ["@heed/train"],
      "nn may import only @heed/tensor, @heed/core",
    ],
    ["an app", "packages/train", "src/a.ts", 'import "heed";', ["heed"], "nothing imports an app"],
    [
      "more than tensor in a backend",
      "packages/backend-wasm",
      "src/a.ts",
      'import "@heed/nn";',
      ["@heed/nn"],
      "backend-wasm may import only @heed/tensor, @heed/core",
    ],
    ["a deep path", "packages/nn", "src/a.ts", 'import "@heed/tensor/src/shape.js";', ["@heed/tensor"], "deep import"],
    [
      "a kit in a source file",
      "packages/nn",
      "src/a.ts",
      'import "@heed/tensor/testing";',
      ["@heed/tensor"],
      "for tests",
    ],
    ["its own kit", "packages/nn", "src/a.ts", 'import { k } from "./testing/index.js";', [], "for tests"],
    ["itself by name", "packages/nn", "src/a.ts", 'import "@heed/nn";', [], "relative path"],
    ["an undeclared package", "packages/nn", "src/a.ts", 'import { x } from "@heed/tensor";', [], "not declared"],
    ["an undeclared library", "packages/nn", "src/a.ts", 'import { z } from "zod/mini";', [], "not declared: add zod"],
    ["a root tool in a source file", "packages/nn", "src/a.ts", 'import { it } from "vitest";', [], "not declared"],
    ["a path out of the package", "packages/nn", "src/a.ts", 'import "../../tensor/src/shape.js";', [], "stays inside"],
    ["node: at the top", "packages/nn", "src/a.ts", 'import { readFile } from "node:fs/promises";', [], "src/node/"],
    ["node: lazily", "packages/nn", "src/a.ts", 'export const f = () => import("node:fs");', [], "src/node/"],
    ["node: types", "packages/nn", "src/a.ts", 'import type { Stats } from "node:fs";', [], "src/node/"],
    ["node: in a kit", "packages/nn", "src/testing/a.ts", 'import "node:fs";', [], "src/node/"],
    ["node: in a file named like the entry", "packages/nn", "src/deep/node.ts", 'import "node:fs";', [], "src/node/"],
    ["process", "packages/nn", "src/a.ts", "export const a = 1;\nconsole.log(process.pid);", [], "src/a.ts:2: uses"],
    ["its own files for Node", "packages/nn", "src/a.ts", 'import "./node/b.js";', [], "for Node"],
    ["its own entry for Node", "packages/nn", "src/deep/a.ts", 'import "../node.js";', [], "for Node"],
    ["an entry for Node", "packages/train", "src/a.ts", 'import "@heed/nn/node";', ["@heed/nn"], "an entry for Node"],
    ["an entry for Node that is none", "packages/nn", "src/node.ts", 'import "@heed/tensor/node";', [], "deep import"],
  ])("rejects %s", (_, folder, path, text, dependencies, why) => {
    const violations = findViolations(house(folder, path, text, dependencies), ["vitest"]);
    expect(violations.join("\n")).toContain(why);
    expect(violations.join("\n")).toContain(folder);
  });

  it("rejects a dependency that points up even when nothing imports it", () => {
    expect(findViolations(house("packages/nn", "src/a.ts", "", ["@heed/train"]))[0]).toContain("package.json");
  });

  it("accepts a kit in a test, of a package that only tests need", () => {
    const packages = house("packages/nn", "src/a.test.ts", 'import "@heed/tensor/testing";');
    for (const { folder, manifest } of packages) {
      if (folder === "packages/nn") manifest.devDependencies = { "@heed/tensor": "*" };
    }
    expect(findViolations(packages)).toEqual([]);
  });

  it("accepts the entry for Node of a package only where no browser loads it", () => {
    const check = (folder: string, path: string, text: string, exports: Record<string, string>): string => {
      const packages = house(folder, path, text, ["@heed/tensor"]);
      for (const { manifest } of packages) if (manifest.name === "@heed/tensor") manifest.exports = exports;
      return findViolations(packages).join("\n");
    };
    const door = { ".": "./dist/index.js", "./node": "./dist/node.js" };
    const text = 'import { readFile } from "@heed/tensor/node";';
    expect(check("apps/cli", "src/a.ts", text, door)).toBe("");
    expect(check("packages/nn", "src/node.ts", text, door)).toBe("");
    expect(check("packages/nn", "src/a.ts", text, door)).toContain("an entry for Node");
    expect(check("apps/cli", "src/a.ts", text, { ".": "./dist/index.js" })).toContain("deep import");
  });

  it("rejects a dependency that no source names", () => {
    const violations = findViolations(house("packages/nn", "src/a.ts", "export const a = 1;", ["zod"]));
    expect(violations).toEqual(["packages/nn/package.json: depends on zod, which no source names: remove it"]);
  });

  it("accepts a development dependency that is embedded, and nothing embedded that is none", () => {
    const packages = house("packages/nn", "src/a.ts", 'import pako from "pako/dist/pako.min.js";');
    const own = packages.find(({ folder }) => folder === "packages/nn")!;
    own.manifest.embeddedDependencies = ["pako"];
    expect(findViolations(packages)[0]).toContain("must be one of its devDependencies");
    own.manifest.devDependencies = { pako: "*" };
    expect(findViolations(packages)).toEqual([]);
  });

  it("asks for the place of a package that is no room", () => {
    expect(findViolations(house("packages/attic", "src/a.ts", ""))[0]).toContain("not a known package");
  });

  it("tells where", () => {
    const file = { path: "src/a.ts", text: 'const a = 1;\n\nexport { b } from "./b.js";' };
    expect(importsOf(file)).toEqual([{ target: "./b.js", line: 3 }]);
  });
});
