import { ShapeError } from "./errors.js";
import { formatShape, type Shape } from "./shape.js";

/**
 * A shape legend such as `"b q d, b k d, d -> b q k"`: one list of axis names an argument, then one a result. The same
 * name means the same size. `3*h` is a multiple of a named axis, a number is that very size, and a leading `...` stands
 * for any further axes (which the operation itself then checks).
 */
export interface Legend {
  readonly text: string;
  readonly inputs: readonly AxisList[];
  readonly outputs: readonly AxisList[];
}

interface AxisList {
  readonly open: boolean;
  readonly axes: readonly { readonly name: string | null; readonly factor: number }[];
}

/** Reads a legend. */
export function parseLegend(text: string): Legend {
  const [left = "", right = ""] = text.split("->");
  return { text, inputs: left.split(",").map(parseAxes), outputs: right.split(",").map(parseAxes) };
}

function parseAxes(text: string): AxisList {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const open = words[0] === "...";
  const axes = (open ? words.slice(1) : words).map((word) => {
    const [factor, name] = word.includes("*") ? word.split("*") : /^\d+$/.test(word) ? [word, null] : ["1", word];
    return { name: name ?? null, factor: Number(factor) };
  });
  return { open, axes };
}

/**
 * Checks shapes against a legend and returns the size of every named axis. A `null` shape is an argument left out.
 * @throws ShapeError naming the argument, the axis, what was expected and what came
 */
export function matchLegend(
  op: string,
  legend: Legend,
  side: "inputs" | "outputs",
  names: readonly string[],
  shapes: readonly (Shape | null)[],
  sizes: Map<string, number> = new Map(),
): Map<string, number> {
  const lists = legend[side];
  for (let position = 0; position < shapes.length; position++) {
    const shape = shapes[position];
    const list = lists[position] ?? lists[lists.length - 1];
    if (!shape || !list) continue;
    const fail = (why: string): never => {
      throw new ShapeError(
        `${op}: ${names[position]?.replace("?", "") ?? `${side} ${position}`} ${formatShape(shape)} ${why}; the shapes are "${legend.text}".`,
      );
    };
    const extra = shape.length - list.axes.length;
    if (extra < 0 || (extra > 0 && !list.open)) {
      fail(`has ${shape.length} axes instead of ${list.axes.length}${list.open ? " or more" : ""}`);
    }
    for (let index = 0; index < list.axes.length; index++) {
      const { name, factor } = list.axes[index]!;
      const length = shape[extra + index]!;
      if (name === null) {
        if (length !== factor) fail(`has ${length} at axis ${extra + index} instead of ${factor}`);
        continue;
      }
      const size = sizes.get(name);
      if (size === undefined && length % factor === 0) sizes.set(name, length / factor);
      else if (length !== (size ?? Number.NaN) * factor) {
        fail(
          `has ${length} at axis ${extra + index} instead of ${factor === 1 ? "" : `${factor} × `}${name} = ${size}`,
        );
      }
    }
  }
  return sizes;
}
