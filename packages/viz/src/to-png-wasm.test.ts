import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { heatmap } from "./heatmap.js";
import { toPng } from "./node.js";

it("takes the WebAssembly file from a response", async () => {
  const path = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  let reads = 0;
  const response = {
    async arrayBuffer() {
      reads += 1;
      return new Uint8Array(await readFile(path)).buffer;
    },
  };
  const figure = heatmap({ weights: [[1]], source: ["a"], target: ["b"] });
  const png = await toPng(figure, { wasm: Promise.resolve(response) });
  expect(reads).toBe(1);
  expect([...png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
});
