import { element } from "./dom.js";

/** A map of weights as a table, for those who want the numbers or do not see the picture. */
export function weightsTable(
  caption: string,
  rows: readonly string[],
  columns: readonly string[],
  weights: readonly (readonly number[])[],
): HTMLTableElement {
  const head = columns.map((name) => element("th", { scope: "col", dir: "auto" }, name));
  const body = rows.map((name, i) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", dir: "auto" }, name),
      ...weights[i]!.map((weight) => element("td", {}, weight.toFixed(3))),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, element("td"), ...head)),
    element("tbody", {}, ...body),
  );
}
