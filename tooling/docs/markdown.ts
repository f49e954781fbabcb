/** Formats a value as code in a table. */
export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

/** Formats text for a cell of a table: vertical bars do not end the cell, and `<file>` is not HTML. */
export function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll("<", "&lt;").replaceAll("*", "\\*")))
    .join("")
    .replaceAll(/\\?\|/g, "\\|")
    .replaceAll("\n", " ");
}

/** Writes a table; columns whose cells are all empty are left out. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = headings.flatMap((_, i) => (rows.some((row) => row[i] !== "") ? [i] : []));
  const line = (cells: readonly string[]): string => `| ${used.map((i) => cells[i] ?? "").join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Groups items by a name, in the order in which the names appear. */
export function grouped<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}
