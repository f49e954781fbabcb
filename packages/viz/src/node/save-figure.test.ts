import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { heatmap } from "../heatmap.js";
import { saveFigure } from "./save-figure.js";

const figure = heatmap({ weights: [[1]], source: ["안녕"], target: ["hello"] });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heed-viz-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("saveFigure", () => {
  it("writes what the extension says, and leaves nothing else", async () => {
    await saveFigure(figure, join(folder, "a.svg"));
    await saveFigure(figure, join(folder, "deep", "b.PNG"));
    await writeFile(join(folder, "c.html"), "old");
    await saveFigure(figure, join(folder, "c.html"));
    expect(await readFile(join(folder, "a.svg"), "utf8")).toMatch(/^<svg.*안녕/);
    expect((await readFile(join(folder, "deep", "b.PNG"))).subarray(1, 4).toString()).toBe("PNG");
    expect(await readFile(join(folder, "c.html"), "utf8")).toMatch(/^<!doctype html>.*안녕/s);
    expect((await readdir(folder)).sort()).toEqual(["a.svg", "c.html", "deep"]);
  });

  it.each(["a.jpeg", "noextension", "dir.svg/file"])("refuses %s, and writes nothing", async (name) => {
    await expect(saveFigure(figure, join(folder, name))).rejects.toThrow(/ends in \.svg, \.png or \.html, got ".*"/);
    expect(await readdir(folder)).toEqual([]);
  });

  it("removes the temporary files of this figure whose processes were killed", async () => {
    const uuid = crypto.randomUUID();
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    const others = [`a.svg.${process.pid}-${uuid}.tmp`, `b.svg.${dead}-${uuid}.tmp`, "a.svg.1.tmp"];
    for (const name of [...others, `a.svg.${dead}-${uuid}.tmp`]) await writeFile(join(folder, name), "");
    await saveFigure(figure, join(folder, "a.svg"));
    expect((await readdir(folder)).sort()).toEqual([...others, "a.svg"].sort());
  });

  it("leaves no temporary file when the place is taken by a folder", async () => {
    await saveFigure(figure, join(folder, "x.svg", "a.svg"));
    await expect(saveFigure(figure, join(folder, "x.svg"))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["x.svg"]);
  });
});
