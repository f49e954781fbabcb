/** Rows as a table in Markdown, the heading first; columns of numbers are aligned to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const rule = heading.map((_, i) => (body.every((row) => /^[\d–]|^$/.test(row[i] ?? "")) ? "---:" : "---"));
  return [heading, rule, ...body].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
