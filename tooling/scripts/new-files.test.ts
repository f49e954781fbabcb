import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mask, Normalizer, Scorer } from "@heed/attention";
import { type Check, maskChecks, normalizerChecks, scorerChecks } from "@heed/attention/testing";
import { afterAll, describe, expect, it, test } from "vitest";
import { kinds, newFile } from "./new-files.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "heed-new-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("names file and constant after the name that was given", () => {
  const places = Object.keys(kinds).map((kind) => {
    const { path, text } = newFile(kind, "my-own", root);
    return [path, /export const (\w+)/.exec(text)?.[1], /^ {2}name: "(.*)"/m.exec(text)?.[1]];
  });
  expect(places).toEqual([
    ["packages/attention/src/scorers/my-own.ts", "myOwn", "my-own"],
    ["packages/attention/src/normalizers/my-own.ts", "myOwn", "my-own"],
    ["packages/attention/src/masks/my-own-mask.ts", "myOwnMask", "my-own"],
  ]);
  expect(newFile("mask", "my-own-mask", root)).toEqual(newFile("mask", "my-own", root));
});

it.each([
  ["score", "mine", 'There is no kind "score"; say what to make, then its name: scorer, normalizer, mask.'],
  [undefined, undefined, 'There is no kind ""'],
  ["scorer", undefined, '"" is no name for a scorer'],
  ["scorer", "myScore", '"myScore" is no name for a scorer: small letters, digits and hyphens'],
  ["scorer", "../dot", '"../dot" is no name for a scorer'],
  ["scorer", "my--score", '"my--score" is no name for a scorer'],
  ["scorer", "2d", '"2d" is no name for a scorer'],
  ["scorer", "default", '"default" means something else in TypeScript'],
  ["scorer", "await", '"await" means something else in TypeScript'],
  ["scorer", "index", '"index" means something else in TypeScript'],
  ["scorer", "dot", "packages/attention/src/scorers/dot.ts exists"],
  ["mask", "window", "packages/attention/src/masks/window-mask.ts exists"],
  // An alias, what another folder exports, and what the package exports.
  ["scorer", "bahdanau", '"bahdanau" is taken, by packages/attention/src/scorers/additive.ts'],
  ["scorer", "softmax", '"softmax" is taken, by packages/attention/src/normalizers/softmax.ts'],
  ["scorer", "matmul", '"matmul" is taken, by what the file imports'],
  ["normalizer", "masked-softmax", '"masked-softmax" is taken, by what the file imports'],
  ["normalizer", "make-mask", '"make-mask" is taken, by packages/attention/src/index.ts'],
])("refuses the %s %s", (kind, name, why) => {
  expect(() => newFile(kind, name, root)).toThrow(why);
});

describe("what is written works as it is", () => {
  /** The one thing that the file of a kind exports. */
  async function made<T>(kind: string): Promise<T> {
    const { text } = newFile(kind, "my-own", root);
    const file = join(folder, `${kind}.ts`);
    writeFileSync(file, text.replace(/"\.\.\/(\w+)\.js"/, `"${root}packages/attention/src/$1.ts"`));
    return Object.values((await import(/* @vite-ignore */ file)) as Record<string, T>)[0]!;
  }
  const all = async (checks: readonly Check[]): Promise<void> => {
    expect(checks.length).toBeGreaterThan(3);
    for (const { run } of checks) await run();
  };

  test("a scorer", async () => all(scorerChecks(await made<Scorer>("scorer"))));
  test("a normaliser", async () => all(normalizerChecks(await made<Normalizer>("normalizer"))));
  test("a mask", async () => all(maskChecks(await made<Mask>("mask"))));
});
