import type { Mark } from "vega";
import type { Look } from "./style.js";
import { cellGap, LABEL_GAP, type TokenLabels } from "./token-labels.js";

/** Square cells from the data `weights`: upper left corner `x`, `y` and `weight`, which the scale `color` paints. */
export function cellsMark(cell: number): Mark {
  const gap = cellGap(cell);
  return {
    type: "rect",
    name: "cells",
    aria: false,
    from: { data: "weights" },
    encode: {
      enter: {
        x: { field: "x" },
        y: { field: "y" },
        width: { value: cell - gap },
        height: { value: cell - gap },
        fill: { scale: "color", field: "weight" },
      },
    },
  };
}

/** Labels above the columns, from the data `across`: `label`, and the middle of the column's upper edge `x`, `y`. */
export function acrossMark({ fontSize, slanted }: TokenLabels, look: Look): Mark {
  return labelsMark("across", look, fontSize, {
    x: { field: "x", offset: slanted ? fontSize * 0.3 : 0 },
    y: { field: "y", offset: -LABEL_GAP },
    angle: { value: slanted ? -45 : 0 },
    align: { value: slanted ? "left" : "center" },
    baseline: { value: slanted ? "alphabetic" : "bottom" },
  });
}

/** Labels left of the rows, from the data `down`: `label`, and the middle of the row's left edge `x`, `y`. */
export function downMark({ fontSize }: TokenLabels, look: Look): Mark {
  return labelsMark("down", look, fontSize, {
    x: { field: "x", offset: -LABEL_GAP },
    y: { field: "y" },
    align: { value: "right" },
    baseline: { value: "middle" },
  });
}

function labelsMark(data: string, look: Look, fontSize: number, place: NonNullable<Mark["encode"]>["enter"]): Mark {
  return {
    type: "text",
    name: `${data}-labels`,
    aria: false,
    from: { data },
    encode: { enter: { text: { field: "label" }, fontSize: { value: fontSize }, fill: { value: look.ink }, ...place } },
  };
}
