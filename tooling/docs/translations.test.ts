import { expect, test } from "vitest";
import { markdownPages } from "./markdown-pages.ts";

/** The code blocks of a page, without comments, which are translated, and with white space collapsed. */
function codeOf(text: string): string[] {
  return Array.from(text.matchAll(/^```(.*?)^```/gms), ([, block = ""]) =>
    block.replace(/(^|\s)(\/\/|#) .*$/gm, "$1").replace(/\s+/g, " "),
  );
}

test("each Korean page links to its English page, and has the same programs, commands and outputs", async () => {
  const pages = new Map((await markdownPages()).map(({ path, text }) => [path, text]));
  const korean = [...pages.keys()].filter((path) => path.startsWith("docs/ko/"));
  expect(korean.length).toBeGreaterThanOrEqual(5);
  for (const path of korean) {
    const english = path.replace("docs/ko/", "docs/");
    const text = pages.get(path) ?? "";
    expect(text, path).toContain(
      `${english.includes("concepts/") ? "../../" : "../"}${english.slice("docs/".length)})`,
    );
    expect(codeOf(text), path).toEqual(codeOf(pages.get(english) ?? ""));
  }
});
