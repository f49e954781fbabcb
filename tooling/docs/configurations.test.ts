import { checkConfig, parseConfig } from "@heed/train";
import { expect, test } from "vitest";
import { lineAt, markdownPages } from "./markdown-pages.ts";

test("every configuration, or part of one, in a `yaml` block of a page is accepted", async () => {
  const pages = await markdownPages();
  const blocks = pages.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/^```yaml\n(.*?)^```/gms), ({ 1: code = "", index }) => ({
      code,
      place: `${path}:${lineAt(text, index)}`,
    })),
  );
  expect(blocks.length).toBeGreaterThan(3);
  for (const { code, place } of blocks) {
    const config = (await parseConfig(code, place)) as object;
    expect(() => checkConfig({ recipe: "bahdanau", ...config }), place).not.toThrow();
  }
});
