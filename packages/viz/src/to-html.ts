import type { Figure } from "./figure.js";
import { htmlTables } from "./html-tables.js";
import type { Page } from "./pages/page.js";
import { pageHtml } from "./pages/page-html.js";
import { FONT_FAMILY } from "./style.js";
import { escapeXml } from "./text.js";
import { figureName, toSvg } from "./to-svg.js";

/** How `toHtml` writes a page. */
export interface HtmlOptions {
  /** Language of the page's words (BCP 47); "en" by default. */
  readonly lang?: string;
}

/**
 * Draws a figure as a self-contained page: the SVG inline, and its numbers as a table that a screen reader can walk; or
 * an interactive page, which has its script inline.
 *
 * Its policy forbids it to load anything, and to compile text with `eval`; the page of a figure runs no script at all.
 */
export async function toHtml(drawn: Figure | Page, { lang = "en" }: HtmlOptions = {}): Promise<string> {
  return "spec" in drawn ? figureHtml(drawn, lang) : pageHtml(drawn, lang);
}

async function figureHtml(figure: Figure, lang: string): Promise<string> {
  return `<!doctype html>
<html lang="${escapeXml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(figureName(figure))}</title>
<style>
:root { color-scheme: light; }
body { margin: 1.5rem; font-family: ${FONT_FAMILY}; color: #1a1a1a; background: white; }
figure { margin: 0; }
svg { max-width: 100%; height: auto; }
details { margin-top: 1rem; overflow-x: auto; }
table { border-collapse: collapse; margin-top: 0.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border: 1px solid #ddd; text-align: right; }
</style>
</head>
<body>
<main>
<figure>
${await toSvg(figure)}
</figure>
<details>
<summary>The numbers as a table</summary>
${htmlTables(figure)}
</details>
</main>
</body>
</html>
`;
}
