import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import * as browser from "./browser.js";
import * as node from "./index.js";
import * as kits from "./testing/index.js";

describe("the exports of heed", () => {
  const names = Object.keys(node);

  it("are the same for pages, except what needs files", () => {
    const nodeOnly = names.filter((name) => !Object.hasOwn(browser, name));
    expect(nodeOnly.sort()).toEqual(["loadConfig", "nodeFileSystem", "saveFigure"]);
    expect(Object.keys(browser).filter((name) => !Object.hasOwn(node, name))).toEqual([]);
  });

  it("are the ones that the README lists", async () => {
    const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
    const section = /### What you can import\n(.*?)\n##/s.exec(readme)?.[1] ?? "";
    const rows = section.split("\n").filter((line) => line.startsWith("| ") && line.includes("| `"));
    const listed = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    expect(listed.sort()).toEqual([...names].sort());
    for (const name of Object.keys(kits)) expect(section).toContain(`\`${name}\``);
    for (const name of names.filter((each) => !Object.hasOwn(browser, each))) expect(section).toContain(`\`${name}\`¹`);
  });

  it("exist", () => {
    for (const [name, value] of Object.entries(node)) expect(value, name).toBeDefined();
  });
});
