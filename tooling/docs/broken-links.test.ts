import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { brokenLinks } from "./broken-links.ts";
import { markdownPages, root } from "./markdown-pages.ts";

test("every link of every page leads to a file, and to a heading of it", async () => {
  const pages = await markdownPages();
  expect(pages.length).toBeGreaterThan(20);
  const faults = await Promise.all(pages.map((page) => brokenLinks(page, root)));
  expect(faults.flat()).toEqual([]);
});

test("a link that leads nowhere is named with the reason", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heed-links-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "docs"));
  await writeFile(join(folder, "README.md"), "# A `b` [c](docs), and more!\n\n# 한국어 제목\n\n# Twice\n\n# Twice\n");
  await writeFile(join(folder, "docs/other.md"), '<a id="named"></a>\n');
  const faultsOf = (text: string) => brokenLinks({ path: "docs/page.md", text }, folder);
  const good = ["../README.md#a-b-c-and-more", "..#twice-1", "../README.md#한국어-제목", "other.md#named", "#here"];
  expect(await faultsOf(`# Here\n${good.map((link) => `[x](${link})`).join(" ")} [x](https://a.org/b#c)`)).toEqual([]);
  expect(await faultsOf("```md\n[x](nowhere.md)\n```\n`[x](nowhere.md)`")).toEqual([]);
  expect(
    await faultsOf(
      "| a |\n| - |\n| [x](nowhere.md) ![y](z.png) |\n\n[d]: ../READ.md\n\n- [x][d] [x](../..)\n\n[x](..#a-b)",
    ),
  ).toEqual([
    "docs/page.md: nowhere.md: docs/nowhere.md does not exist",
    "docs/page.md: z.png: docs/z.png does not exist",
    "docs/page.md: ../READ.md: READ.md does not exist",
    "docs/page.md: ../..: leaves the repository",
    "docs/page.md: ..#a-b: README.md has no heading #a-b",
  ]);
  expect(await faultsOf('<img src="none.svg">\n\n[x](#there)')).toEqual([
    "docs/page.md: none.svg: docs/none.svg does not exist",
    "docs/page.md: #there: docs/page.md has no heading #there",
  ]);
});
