import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { FigureError } from "./figure-error.js";
import { heatmap } from "./heatmap.js";
import { toPng as toPngInNode } from "./node.js";
import { RESVG_WASM, toPng } from "./to-png.js";

it("needs the module and a font, and draws with them what it draws in Node", async () => {
  const figure = heatmap({ weights: [[0.5]], source: ["a"], target: ["x"] });
  const read = async (path: string) => new Uint8Array(await readFile(createRequire(import.meta.url).resolve(path)));
  const fonts = [await read("@fontsource/gowun-dodum/files/gowun-dodum-latin-400-normal.woff2")];
  await expect(toPng(figure)).rejects.toThrow(FigureError);
  await expect(toPng(figure, { fonts })).rejects.toThrow(
    /expected `wasm` .* and at least one font .* "@heed\/viz\/node"/,
  );
  const png = await toPng(figure, { fonts, wasm: await read(RESVG_WASM) });
  expect(await toPng(figure, { fonts })).toEqual(png); // the module is there since the first call
  expect(await toPngInNode(figure)).toEqual(png);
});
