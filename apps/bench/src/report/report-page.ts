import { toSvg } from "@heed/viz";
import type { BenchResult, CaseResult, Outcome } from "../run/result.js";
import { barSpec, barsOf } from "./bars.js";
import { formatShare, formatValue } from "./format.js";
import { keyRatios } from "./key-ratios.js";
import { sizeCurve } from "./size-curve.js";
import { fontFamily, ink } from "./style.js";
import { groupBySuite, headerLines, measured, troubles } from "./terminal-report.js";

const titles: Readonly<Record<string, string>> = {
  matmul: "Matrix products",
  elementwise: "Elementwise operations",
  softmax: "Softmax",
  attention: "Attention",
  gru: "GRU over whole sequences",
  train: "Training: target tokens a second",
  decode: "Greedy decoding: milliseconds a sentence",
};

/** A page with a figure and the numbers of every case. It loads nothing and runs no script. */
export async function reportPage(result: BenchResult): Promise<string> {
  const sections: string[] = [];
  for (const [suite, cases] of groupBySuite(result.cases)) {
    const figures = await Promise.all(cases.map((each) => caseFigure(each, result)));
    const overview = suite === "matmul" ? sizeCurve(result) : undefined;
    sections.push(
      `<section>\n<h2>${escapeHtml(titles[suite] ?? suite)}</h2>`,
      ...(overview ? [`<figure>${await toSvg(overview)}</figure>`] : []),
      `<div class="cases">\n${figures.join("\n")}\n</div>`,
      `<details><summary>The numbers as a table</summary>\n${suiteTable(cases, result)}\n</details>\n</section>`,
    );
  }
  const trouble = troubles(result);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>heed beside its peers</title>
<style>
:root { color-scheme: light; }
body { margin: 1.5rem auto; max-width: 92rem; padding: 0 1.5rem; font-family: ${fontFamily}; color: ${ink}; background: white; }
h1, h2 { font-weight: 600; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; padding-bottom: 0.3rem; }
figure { margin: 0; }
figcaption { font-weight: 600; margin: 1rem 0 0.3rem; }
svg { max-width: 100%; height: auto; }
.cases { display: grid; grid-template-columns: repeat(auto-fill, minmax(38rem, 1fr)); gap: 0.5rem 2rem; }
details { margin-top: 1rem; overflow-x: auto; }
table { border-collapse: collapse; margin-top: 0.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border: 1px solid #ddd; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
small { color: #555; display: block; }
.header { line-height: 1.5; }
@media (max-width: 42rem) { .cases { grid-template-columns: 1fr; } }
</style>
</head>
<body>
<main>
<h1>heed beside its peers</h1>
<p class="header">${headerLines(result).map(escapeHtml).join("<br>\n")}</p>
<p>Bars are medians, lines reach from the smallest to the largest turn. Every contestant gave right results before it was
timed. The limit is what WebAssembly can do on this machine with independent multiply-adds, or with a copy: native code
that has wider vectors can exceed it.</p>
${ratios(result)}
${sections.join("\n")}
${trouble.length > 0 ? `<section><h2>Failed</h2><ul>${trouble.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul></section>` : ""}
</main>
</body>
</html>
`;
}

async function caseFigure(each: CaseResult, { contestants }: BenchResult): Promise<string> {
  const bars = barsOf(each, contestants);
  const caption = `<figcaption>${escapeHtml(each.name)}</figcaption>`;
  if (bars.length === 0) return `<figure>${caption}nothing was measured</figure>`;
  const { parse, View, Warn } = await import("vega");
  const view = new View(parse(barSpec(each, bars)), { renderer: "none", logLevel: Warn });
  try {
    const description = bars.map(({ label, text }) => `${label} ${text}`).join("; ");
    const name = `<title>${escapeHtml(each.name)}, ${each.unit}</title><desc>${escapeHtml(description)}</desc>`;
    const svg = (await view.toSVG()).replace(/^<svg([^>]*)>/, (_, rest: string) => `<svg${rest} role="img">${name}`);
    return `<figure>${caption}${svg}</figure>`;
  } finally {
    view.finalize();
  }
}

function suiteTable(cases: readonly CaseResult[], { contestants }: BenchResult): string {
  const present = contestants.filter(({ id }) => cases.some(({ outcomes }) => measured(outcomes[id])));
  const head = `<tr><th>case</th>${present.map(({ label }) => `<th>${escapeHtml(label)}</th>`).join("")}</tr>`;
  const body = cases.map(
    ({ name, unit, outcomes }) =>
      `<tr><th>${escapeHtml(name)}<small>${unit}</small></th>${present.map(({ id }) => `<td>${cell(outcomes[id])}</td>`).join("")}</tr>`,
  );
  return `<table><thead>${head}</thead><tbody>${body.join("\n")}</tbody></table>`;
}

function cell(outcome: Outcome | undefined): string {
  if (!outcome) return "–";
  if ("skipped" in outcome) return `–<small>${escapeHtml(outcome.skipped)}</small>`;
  if ("failed" in outcome) return "failed";
  const { median, min, max } = outcome.summary;
  const share = outcome.share === undefined ? "" : `<small>${formatShare(outcome.share)} of the limit</small>`;
  return `${formatValue(median)}<small>${formatValue(min)} – ${formatValue(max)}</small>${share}`;
}

function ratios(result: BenchResult): string {
  const rows = keyRatios(result);
  if (rows.length === 0) return "";
  const body = rows.map(
    ({ name, torch = "–", javascript = "–" }) =>
      `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(torch)}</td><td>${escapeHtml(javascript)}</td></tr>`,
  );
  return `<table><thead><tr><th>heed, times as fast as</th><th>PyTorch at its best</th><th>the best in JavaScript</th></tr></thead><tbody>${body.join("\n")}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
