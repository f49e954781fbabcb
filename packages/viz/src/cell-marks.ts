import type { Mark } from "vega";
import { INK } from "./style.js";
import { LABEL_GAP, type TokenLabels } from "./token-labels.js";

/** Square cells from the data `weights`: upper left corner `x`, `y` and `weight`, which the scale `color` paints. */
export function cellsMark(cell: number): Mark {
  return {
    type: "rect",
    name: "cells",
    aria: false,
    from: { data: "weights" },
    encode: {
      enter: {
        x: { field: "x" },
        y: { field: "y" },
        width: { value: cell },
        height: { value: cell },
        fill: { scale: "color", field: "weight" },
        stroke: { value: "white" },
        strokeWidth: { value: cell >= 20 ? 1 : 0 }, // lines between small cells would flicker
      },
    },
  };
}

/** Labels above the columns, from the data `across`: `label`, and the middle of the column's upper edge `x`, `y`. */
export function acrossMark({ fontSize, slanted }: TokenLabels): Mark {
  return labelsMark("across", fontSize, {
    x: { field: "x", offset: slanted ? fontSize * 0.3 : 0 },
    y: { field: "y", offset: -LABEL_GAP },
    angle: { value: slanted ? -45 : 0 },
    align: { value: slanted ? "left" : "center" },
    baseline: { value: slanted ? "alphabetic" : "bottom" },
  });
}

/** Labels left of the rows, from the data `down`: `label`, and the middle of the row's left edge `x`, `y`. */
export function downMark({ fontSize }: TokenLabels): Mark {
  return labelsMark("down", fontSize, {
    x: { field: "x", offset: -LABEL_GAP },
    y: { field: "y" },
    align: { value: "right" },
    baseline: { value: "middle" },
  });
}

function labelsMark(data: string, fontSize: number, place: NonNullable<Mark["encode"]>["enter"]): Mark {
  return {
    type: "text",
    name: `${data}-labels`,
    aria: false,
    from: { data },
    encode: { enter: { text: { field: "label" }, fontSize: { value: fontSize }, fill: { value: INK }, ...place } },
  };
}
