import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The text of a module with a scorer, as somebody writes it outside of this repository. */
export const ownScorer = `import { defineScorer } from "@heed/attention";
import { matmul } from "@heed/tensor";

export const mine = defineScorer({
  name: "mine",
  shapes: "b q dq, b k dk -> b q k",
  formula: "sᵀ W h",
  reference: "a test",
  params: ({ dq, dk }) => ({ W: [dk, dq] }),
  prepare: ({ W }, keys) => matmul(keys, W),
  score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }),
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
});
`;

/** Writes a module, and returns its path. */
export async function writeModule(folder: string, name: string, text = ownScorer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
