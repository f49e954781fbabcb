import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExtensionKind, extensionKind, extensionKinds } from "@heed/core";
import { afterAll, describe, expect, it } from "vitest";
import { newFile } from "./new-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "heed-new-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("names file and constant after the name", () => {
  const places = extensionKinds.map((kind) => {
    const { path, text } = newFile(kind, "my-own", root);
    return [basename(path), /^export const (\w+)/m.exec(text)?.[1], /^ {2}name: "(.*)"/m.exec(text)?.[1]];
  });
  const plain = ["my-own.ts", "myOwn", "my-own"];
  const suffixed = (suffix: string): string[] => [`my-own-${suffix.toLowerCase()}.ts`, `myOwn${suffix}`, "my-own"];
  expect(places).toEqual([
    ...[plain, plain, suffixed("Mask"), suffixed("Tokenizer"), plain, suffixed("Task")],
    ...[plain, suffixed("Schedule"), suffixed("Metric"), suffixed("Backend")],
  ]);
  expect(newFile("mask", "my-own-mask", root)).toEqual(newFile("mask", "my-own", root));
});

it.each([
  ["score", "mine", 'There is no kind "score".'],
  [undefined, undefined, 'There is no kind ""'],
  ["scorer", undefined, 'digits and hyphens, first a letter, such as my-score, got "".'],
  ["mask", undefined, 'such as my-score, got "".'],
  ["scorer", "myScore", 'got "myScore"'],
  ["scorer", "../dot", 'got "../dot"'],
  ["scorer", "default", '"default" is a word of JavaScript'],
  ["scorer", "await", '"await" is a word of JavaScript'],
  ["scorer", "index", '"index" is the name of a generated file'],
  ["scorer", "dot", "packages/attention/src/scorers/dot.ts exists"],
  ["mask", "window", "packages/attention/src/masks/window-mask.ts exists"],
  // An alias, what another folder exports, what the package exports, and what the file imports.
  ["scorer", "bahdanau", '"bahdanau" is taken, by packages/attention/src/scorers/additive.ts'],
  ["scorer", "softmax", '"softmax" is taken, by packages/attention/src/'],
  ["normalizer", "make-mask", '"make-mask" is taken, by packages/attention/src/'],
  ["scorer", "matmul", '"matmul" is taken, by what the file imports'],
])("refuses the %s %s", (kind, name, why) => {
  expect(() => newFile(kind, name, root)).toThrow(why);
});

describe("what is written works as it is", () => {
  it.each(extensionKinds)("%s", async (kind: ExtensionKind) => {
    const { path, text } = newFile(kind, "my-own", root);
    const file = join(folder, `${kind}.ts`);
    const source = resolve(root, dirname(path));
    writeFileSync(
      file,
      text.replace(/"(\.\.\/[\w./-]+)\.js"/g, (_, module: string) => `"${join(source, module)}.ts"`),
    );
    const exported = Object.values((await import(/* @vite-ignore */ file)) as Record<string, object>);
    expect(exported.map((one) => [extensionKind(one), (one as { name?: string }).name])).toEqual([[kind, "my-own"]]);
  });
});
