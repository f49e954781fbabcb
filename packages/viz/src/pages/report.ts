import type { Figure } from "../figure.js";
import { FigureError } from "../figure-error.js";
import { displayText } from "../text.js";

/** A column of a table of a report. */
export interface ReportColumn {
  readonly label: string;
  /** Numbers are aligned to the right, and sorted from the largest at first. Default: "text". */
  readonly type?: "text" | "number";
}

/** A cell: its text; with `value`, the number that it is sorted by. `strong` marks the best of a column. */
export type ReportCell = string | { readonly text: string; readonly value?: number; readonly strong?: boolean };

/** A table whose rows can be sorted by a click on the head of a column. */
export interface ReportTable {
  readonly kind: "table";
  readonly caption?: string;
  readonly columns: readonly ReportColumn[];
  /** A cell for each column. */
  readonly rows: readonly (readonly ReportCell[])[];
}

/** A part of a section of a report. */
export type ReportBlock =
  | { readonly kind: "text"; readonly text: string }
  /** A heading within the section. */
  | { readonly kind: "heading"; readonly text: string }
  /** Text as it is, with its line breaks, in a font whose characters are equally wide: a configuration. */
  | { readonly kind: "code"; readonly text: string }
  /** Names with their values, a line each. */
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  | ReportTable
  /** Pictures side by side where they fit. */
  | { readonly kind: "figures"; readonly figures: readonly Figure[] }
  /** Blocks that a reader opens by a click on a line. */
  | {
      readonly kind: "details";
      readonly summary: string;
      readonly open?: boolean;
      readonly blocks: readonly ReportBlock[];
    };

/** A section of a report, with a heading. */
export interface ReportSection {
  readonly heading: string;
  readonly blocks: readonly ReportBlock[];
}

/** What `report` shows. */
export interface ReportOptions {
  readonly title: string;
  /** A sentence below the title. */
  readonly summary?: string;
  /** In the order of the page; with several, links to them stand at its top. */
  readonly sections: readonly ReportSection[];
}

/** A page of tables, pictures and text, made by `report`. */
export interface ReportPage extends ReportOptions {
  readonly kind: "report";
}

/**
 * A page of tables, pictures and text: the report of a training, or a comparison of models. Tables are sorted by a click on
 * the head of a column. The page adapts to light, dark and narrow screens, prints well, and loads nothing. All text is
 * escaped.
 *
 * @throws FigureError when there is no section, or when a row of a table has not one cell for each column
 * @example
 * const page = report({
 *   title: "Comparison",
 *   sections: [
 *     {
 *       heading: "Quality",
 *       blocks: [
 *         {
 *           kind: "table",
 *           columns: [{ label: "system" }, { label: "BLEU", type: "number" }],
 *           rows: [["baseline", { text: "34.9", value: 34.9 }]],
 *         },
 *       ],
 *     },
 *   ],
 * });
 * await saveFigure(page, "report.html");
 */
export function report({ title, summary, sections }: ReportOptions): ReportPage {
  if (sections.length === 0) throw new FigureError("report: expected at least one section, got none.");
  for (const { heading, blocks } of sections) checkBlocks(heading, blocks);
  return { kind: "report", title: displayText(title), ...(summary === undefined ? {} : { summary }), sections };
}

function checkBlocks(heading: string, blocks: readonly ReportBlock[]): void {
  for (const block of blocks) {
    if (block.kind === "details") checkBlocks(heading, block.blocks);
    if (block.kind !== "table") continue;
    const wrong = block.rows.findIndex((row) => row.length !== block.columns.length);
    if (wrong < 0) continue;
    throw new FigureError(
      `report: section "${heading}": expected ${block.columns.length} cells in each row of the table, got ${block.rows[wrong]!.length} in row ${wrong + 1}.`,
    );
  }
}
