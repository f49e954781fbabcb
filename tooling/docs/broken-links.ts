import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import GithubSlugger from "github-slugger";
import { marked, type Token } from "marked";
import type { Page } from "./markdown-pages.ts";

/**
 * Lists the links and pictures of a page that lead nowhere: to a file that does not exist, or to a heading that the page
 * lacks. A link to a folder leads to its README. Links with a scheme, such as `https:`, are not followed.
 *
 * @param root - the folder from which `page.path` counts
 * @returns a line for each link: `docs/a.md: b.md#part: b.md has no heading #part`
 */
export async function brokenLinks(page: Page, root: string): Promise<string[]> {
  const faults: string[] = [];
  for (const link of linksOf(page.text)) {
    if (/^[a-z][a-z+.-]*:|^\/\//i.test(link)) continue;
    const [file = "", anchor] = link.split("#").map(decodeURIComponent);
    const why = await faultOf(page, root, file, anchor);
    if (why) faults.push(`${page.path}: ${link}: ${why}`);
  }
  return faults;
}

async function faultOf(
  page: Page,
  root: string,
  file: string,
  anchor: string | undefined,
): Promise<string | undefined> {
  if (file === "") return anchorsOf(page.text).has(anchor ?? "") ? undefined : `${page.path} has no heading #${anchor}`;
  let path = posix.join(posix.dirname(page.path), file);
  if (path.startsWith("..")) return "leaves the repository";
  if (!existsSync(join(root, path))) return `${path} does not exist`;
  if (anchor === undefined) return undefined;
  if (statSync(join(root, path)).isDirectory()) path = posix.join(path, "README.md");
  if (!existsSync(join(root, path))) return `${path} does not exist`;
  const text = await readFile(join(root, path), "utf8");
  return anchorsOf(text).has(anchor) ? undefined : `${path} has no heading #${anchor}`;
}

/** The targets of all links and pictures, those of HTML included, in the order in which they stand. */
function linksOf(text: string): string[] {
  const links: string[] = [];
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === "link" || token.type === "image") links.push(String(token.href));
    if (token.type === "html") links.push(...attributes(String(token.raw), "href|src"));
  });
  return links;
}

/** The anchors of a page: those that GitHub gives its headings, and those that HTML names. */
function anchorsOf(text: string): Set<string> {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === "heading") anchors.add(slugger.slug(plainText(token.tokens ?? [])));
    if (token.type === "html") for (const name of attributes(String(token.raw), "id|name")) anchors.add(name);
  });
  return anchors;
}

/** The text that a reader of a heading sees. */
function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ("tokens" in token && token.tokens ? plainText(token.tokens) : "text" in token ? token.text : ""))
    .join("");
}

function attributes(html: string, names: string): string[] {
  return Array.from(html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, "g")), ([, value = ""]) => value);
}
