import { interpolateViridis } from "d3-scale-chromatic";
import { animationScript, explorerScript, pageStyle, reportScript } from "../pages.generated.js";
import { FONT_FAMILY } from "../style.js";
import { escapeXml } from "../text.js";
import type { HtmlOptions, Page, PageData } from "./page.js";
import { reportHtml } from "./report-html.js";

/** The 256 colours of viridis, so that a page need not bring the library. */
const COLORS = Array.from({ length: 256 }, (_, k) => interpolateViridis(k / 255));
const SCRIPTS = { animation: animationScript, explorer: explorerScript, report: reportScript } as const;

/** The HTML of an interactive page: data, style and script inline; the policy forbids it to load anything. */
export async function pageHtml(page: Page, { lang = "en", theme }: HtmlOptions): Promise<string> {
  const chosen = theme === undefined ? "" : ` data-theme="${escapeXml(theme)}"`;
  return `<!doctype html>
<html lang="${escapeXml(lang)}"${chosen}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeXml(page.title)}</title>
<style>
:root { --font: ${FONT_FAMILY}; }
${pageStyle}</style>
</head>
<body class="${page.kind}">
<main>
<h1 dir="auto">${escapeXml(page.title)}</h1>
${page.kind === "report" ? await reportHtml(page) : `<noscript><p>This page shows its maps with JavaScript, which is switched off.</p></noscript>`}
</main>
${page.kind === "report" ? "" : `<script type="application/json" id="page">${embed({ colors: COLORS, ...page })}</script>\n`}<script>${SCRIPTS[page.kind]}</script>
</body>
</html>
`;
}

/** JSON that no token can end: `</script>` and `<!--` cannot be written without `<`. Weights have four digits. */
function embed(page: PageData): string {
  const json = JSON.stringify(page, (_, value: unknown) =>
    typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
  );
  return json.replaceAll("<", "\\u003c");
}
