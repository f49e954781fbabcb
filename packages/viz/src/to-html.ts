import type { Figure } from "./figure.js";
import { htmlTables } from "./html-tables.js";
import { type HtmlOptions, isPage, type Page } from "./pages/page.js";
import { pageHtml } from "./pages/page-html.js";
import { FONT_FAMILY, themes } from "./style.js";
import { escapeXml } from "./text.js";
import { figureName, toSvg } from "./to-svg.js";

/**
 * Draws a figure as a self-contained page: the SVG inline, and its numbers as a table that a screen reader can walk; or
 * an interactive page, which has its script inline. Interactive pages follow the theme of the browser unless `theme` is
 * given.
 *
 * Its policy forbids it to load anything, and to compile text with `eval`; the page of a figure runs no script at all.
 */
export async function toHtml(drawn: Figure | Page, options: HtmlOptions = {}): Promise<string> {
  return isPage(drawn) ? pageHtml(drawn, options) : figureHtml(drawn, options);
}

async function figureHtml(figure: Figure, { lang = "en", ...look }: HtmlOptions): Promise<string> {
  const { theme = "light", background } = look;
  const { ink, paper, edge } = themes[theme];
  return `<!doctype html>
<html lang="${escapeXml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(figureName(figure))}</title>
<style>
:root { color-scheme: ${theme === "dark" ? "dark" : "light"}; }
body { margin: 1.5rem; font-family: ${FONT_FAMILY}; color: ${ink}; background: ${background === "transparent" ? "transparent" : paper}; }
figure { margin: 0; }
svg { max-width: 100%; height: auto; }
details { margin-top: 1rem; overflow-x: auto; }
table { border-collapse: collapse; margin-top: 0.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border: 1px solid ${edge}; text-align: right; }
</style>
</head>
<body>
<main>
<figure>
${await toSvg(figure, look)}
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
