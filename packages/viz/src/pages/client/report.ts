// Without this script the tables of a report stay as they are written.
for (const table of document.querySelectorAll<HTMLTableElement>("table.sortable")) {
  const heads = [...table.tHead!.rows[0]!.cells];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const direction = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      sort(table.tBodies[0]!, column, direction === "ascending" ? 1 : -1);
    });
    head.append(button);
  }
}

/** Sorts the rows by a column. Rows without a value stay at the end, equal ones in their order. */
function sort(body: HTMLTableSectionElement, column: number, sign: 1 | -1): void {
  const key = (row: HTMLTableRowElement): number | string => {
    const { dataset, textContent } = row.cells[column]!;
    return dataset.value === undefined ? (textContent ?? "").trim() : Number(dataset.value);
  };
  const compare = (a: number | string, b: number | string): number => {
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * String(a).localeCompare(String(b));
  };
  const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
  rows.sort((a, b) => compare(a.key, b.key));
  body.append(...rows.map(({ row }) => row));
}
