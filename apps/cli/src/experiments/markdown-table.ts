/** Rows as a table in Markdown, the heading first; every column but the first is aligned to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const rule = heading.map((_, i) => (i === 0 ? "---" : "---:"));
  return [heading, rule, ...body].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
