import { describe, expect, it } from "vitest";
import { contentFaults, manifestFaults, type PackedManifest } from "./package-faults.ts";

const files = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "dist/testing/index.js"];
const manifest: PackedManifest = {
  name: "@heed/nn",
  version: "0.1.0",
  description: "Layers.",
  license: "MIT",
  keywords: ["gru", "layers", "pytorch"],
  author: "the heed authors",
  homepage: "https://github.com/heed-attention/heed/tree/main/packages/nn#readme",
  bugs: { url: "https://github.com/heed-attention/heed/issues" },
  repository: { type: "git", url: "git+https://github.com/heed-attention/heed.git", directory: "packages/nn" },
  type: "module",
  engines: { node: ">=20.19" },
  dependencies: { "@heed/tensor": "^0.1.0" },
};

describe("the files of a tarball", () => {
  it("may be the built ones, the manifest, the README and the licence", () => {
    expect(contentFaults(files)).toEqual([]);
  });

  it.each(["README.md", "LICENSE", "package.json"])("must hold %s", (missing) => {
    expect(contentFaults(files.filter((file) => file !== missing))).toEqual([`${missing} is missing from the tarball`]);
  });

  it("must hold something built", () => {
    expect(contentFaults(["package.json", "README.md", "LICENSE"])).toEqual(["dist/ is missing from the tarball"]);
  });

  it.each([
    "dist/add.test.d.ts",
    "dist/index.js.map",
    "dist/fixtures/gru.json",
    "src/index.ts",
    ".env",
    "tsconfig.json",
  ])("must not hold %s", (file) => {
    expect(contentFaults([...files, file])).toHaveLength(1);
  });
});

describe("the manifest of a tarball", () => {
  it("may name released versions", () => {
    expect(manifestFaults(manifest, "packages/nn")).toEqual([]);
  });

  it.each<[string, Partial<PackedManifest>]>([
    ["workspace", { dependencies: { "@heed/tensor": "workspace:^" } }],
    ["workspace", { peerDependencies: { vitest: "catalog:" } }],
    ["license", { license: "ISC" }],
    ["module", { type: "commonjs" }],
    ["engines", { engines: { node: ">=18" } }],
    ["description", { description: "" }],
    ["keywords", { keywords: ["gru"] }],
    ["author", { author: "" }],
    ["homepage", { homepage: "https://github.com/heed-attention/heed" }],
    ["bugs", { bugs: {} }],
    ["repository", { repository: { ...manifest.repository, directory: "packages/tensor" } }],
    ["repository", { repository: { type: "git", directory: "packages/nn" } }],
    ["postinstall", { scripts: { postinstall: "node build.js" } }],
  ])("fails on %s: %o", (word, change) => {
    const faults = manifestFaults({ ...manifest, ...change }, "packages/nn");
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(word);
  });
});
