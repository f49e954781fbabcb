/**
 * Columns of text: the first is aligned to the left, the others to the right. Columns that do not fit the width go below,
 * under the same first column.
 *
 * @param rows - the first is the head
 */
export function textTable(rows: readonly (readonly string[])[], width: number): string {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const blocks: number[][] = [];
  for (let i = 1; i < columns; i++) {
    const block = blocks.at(-1);
    const used = block
      ? block.reduce((sum, column) => sum + widths[column]! + 2, widths[0]!)
      : Number.POSITIVE_INFINITY;
    if (block && used + widths[i]! + 2 <= width) block.push(i);
    else blocks.push([i]);
  }
  return blocks
    .map((block) =>
      rows
        .map((row) =>
          [(row[0] ?? "").padEnd(widths[0]!), ...block.map((column) => (row[column] ?? "").padStart(widths[column]!))]
            .join("  ")
            .trimEnd(),
        )
        .join("\n"),
    )
    .join("\n\n");
}
