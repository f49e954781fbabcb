import type { PageSize, Size } from "@heed/tooling/page-size";

/** The size of a page by package, in kB (1000 bytes), as text. */
export function sizeTable({ total, lazy, parts }: PageSize): string {
  const rows: (Size & { readonly name: string })[] = [
    ...parts,
    { name: "the page", ...total },
    { name: "loaded later, when needed", ...lazy },
  ];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1).padStart(9);
  const line = ({ name, raw, gzip }: Size & { name: string }): string =>
    `${name.padEnd(width)}${kilobytes(raw)}${kilobytes(gzip)}`;
  return [`${"kB".padEnd(width)}${"raw".padStart(9)}${"gzip".padStart(9)}`, ...rows.map(line)].join("\n");
}
