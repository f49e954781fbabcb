import type { Figure } from "../figure.js";
import { htmlTables } from "../html-tables.js";
import { pageLook } from "../style.js";
import { displayText, escapeXml } from "../text.js";
import { drawSvg } from "../to-svg.js";
import type { ReportBlock, ReportCell, ReportPage, ReportSection, ReportTable } from "./report.js";

/** The body of a report, below its title. */
export async function reportHtml({ summary, sections }: ReportPage): Promise<string> {
  const links = sections.map(({ heading }, i) => `<a href="#s${i + 1}">${shown(heading)}</a>`);
  const parts = [
    ...(summary === undefined ? [] : [`<p class="summary" dir="auto">${shown(summary)}</p>`]),
    ...(sections.length < 2 ? [] : [`<nav aria-label="sections">${links.join("")}</nav>`]),
  ];
  for (const [i, section] of sections.entries()) parts.push(await sectionHtml(section, `s${i + 1}`));
  return parts.join("\n");
}

async function sectionHtml({ heading, blocks }: ReportSection, id: string): Promise<string> {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${shown(heading)}</h2>\n${await blocksHtml(blocks)}\n</section>`;
}

async function blocksHtml(blocks: readonly ReportBlock[]): Promise<string> {
  const parts: string[] = [];
  for (const block of blocks) parts.push(await blockHtml(block));
  return parts.join("\n");
}

async function blockHtml(block: ReportBlock): Promise<string> {
  switch (block.kind) {
    case "text":
      return `<p dir="auto">${shown(block.text)}</p>`;
    case "heading":
      return `<h3>${shown(block.text)}</h3>`;
    case "code":
      return `<pre>${block.text.split("\n").map(codeLine).join("\n")}</pre>`;
    case "facts":
      return `<dl>${block.facts.map(([name, value]) => `<dt>${shown(name)}</dt><dd dir="auto">${shown(value)}</dd>`).join("")}</dl>`;
    case "table":
      return tableHtml(block);
    case "figures":
      return `<div class="figures">${(await Promise.all(block.figures.map(figureHtml))).join("\n")}</div>`;
    case "details": {
      const open = block.open ? " open" : "";
      return `<details class="fold"${open}><summary dir="auto">${shown(block.summary)}</summary>\n${await blocksHtml(block.blocks)}\n</details>`;
    }
  }
}

/** The picture, and its numbers for those who do not see it. */
async function figureHtml(figure: Figure): Promise<string> {
  const numbers = `<details class="numbers"><summary>The numbers as a table</summary>${htmlTables(figure)}</details>`;
  return `<figure>${await drawSvg(figure, pageLook)}${numbers}</figure>`;
}

function tableHtml({ caption, columns, rows }: ReportTable): string {
  const numeric = columns.map(({ type }) => type === "number");
  const head = columns.map(({ label }, i) => `<th scope="col"${kindOf(numeric[i]!)}>${shown(label)}</th>`);
  const body = rows.map((row) => `<tr>${row.map((cell, i) => cellHtml(cell, numeric[i]!)).join("")}</tr>`);
  const name = caption === undefined ? "" : `<caption>${shown(caption)}</caption>`;
  return `<div class="wide"><table class="sortable">${name}<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

function cellHtml(cell: ReportCell, numeric: boolean): string {
  const { text, value, strong } = typeof cell === "string" ? { text: cell, value: undefined, strong: false } : cell;
  const sortBy = value === undefined ? "" : ` data-value="${value}"`;
  const words = strong ? `<strong>${shown(text)}</strong>` : shown(text);
  return `<td${kindOf(numeric)}${sortBy} dir="auto">${words}</td>`;
}

const kindOf = (numeric: boolean): string => (numeric ? ' class="number"' : "");
/** The spaces around a line stay spaces. */
const codeLine = (line: string): string =>
  line.replace(/^( *)(.*?)( *)$/su, (_, before, text, after) => before + shown(text) + after);
const shown = (text: string): string => escapeXml(displayText(text));
