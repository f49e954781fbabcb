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
  /** The order in which arguments are checked: weights first, so that an input that does not fit them is at fault. */
  readonly order: readonly number[];
  /** Whether every argument may have any shape. */
  readonly free: boolean;
}

interface AxisList {
  readonly open: boolean;
  readonly axes: readonly { readonly name: string | null; readonly factor: number }[];
}

/** Names of learned arguments: `weightHh`, `bias`, `queryWeight`, `table`, `v`. */
const learned = /weight|bias|^table$|^v$/i;

/**
 * Reads a legend.
 *
 * @param names - names of the arguments
 */
export function parseLegend(text: string, names: readonly string[] = []): Legend {
  const [left = "", right = ""] = text.split("->");
  const inputs = left.split(",").map(parseAxes);
  const isLearned = (position: number): boolean => learned.test(names[position] ?? "");
  const positions = inputs.map((_, position) => position);
  return {
    text,
    inputs,
    outputs: right.split(",").map(parseAxes),
    order: [...positions.filter(isLearned), ...positions.filter((position) => !isLearned(position))],
    free: inputs.every(({ open, axes }) => open && axes.length === 0),
  };
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
 * @throws ShapeError with the argument, the axis, and the expected and the given size
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
  const ordered = side === "inputs" && shapes.length === legend.order.length;
  for (let i = 0; i < shapes.length; i++) {
    const position = ordered ? legend.order[i]! : i;
    const shape = shapes[position];
    const list = lists[position] ?? lists[lists.length - 1];
    if (!shape || !list) continue;
    const { axes, open } = list;
    const extra = shape.length - axes.length;
    if (extra < 0 || (extra > 0 && !open)) {
      const count = axes.length === 1 ? "1 axis" : `${axes.length} axes`;
      throw misfit(op, legend, names[position], shape, `${count}${open ? " or more" : ""}`, shape.length);
    }
    for (let index = 0; index < axes.length; index++) {
      const { name, factor } = axes[index]!;
      const length = shape[extra + index]!;
      const size = name === null ? 1 : sizes.get(name);
      if (size === undefined && name !== null && length % factor === 0) sizes.set(name, length / factor);
      else if (size === undefined || length !== size * factor) {
        const earlier = legend.order.slice(0, ordered ? i : 0);
        const expected = expectedSize(axes[index]!, size, extra + index, legend, names, shapes, earlier);
        throw misfit(op, legend, names[position], shape, expected, length);
      }
    }
  }
  return sizes;
}

function misfit(
  op: string,
  legend: Legend,
  name: string | undefined,
  shape: Shape,
  expected: string,
  got: number,
): ShapeError {
  const argument = name?.replace("?", "") ?? "an argument";
  return new ShapeError(
    `${op}: ${argument} ${formatShape(shape)} must have ${expected}, got ${got}; the shapes are "${legend.text}".`,
  );
}

/** Describes the size that an axis must have, and the earlier argument that has it. */
function expectedSize(
  { name, factor }: AxisList["axes"][number],
  size: number | undefined,
  axis: number,
  legend: Legend,
  names: readonly string[],
  shapes: readonly (Shape | null)[],
  earlier: readonly number[],
): string {
  if (name === null) return `${factor} at axis ${axis}`;
  if (size === undefined) return `a multiple of ${factor} at axis ${axis}`;
  const other = earlier.find(
    (argument) => shapes[argument] && legend.inputs[argument]?.axes.some((entry) => entry.name === name),
  );
  const source = other === undefined ? "" : ` as in ${names[other]?.replace("?", "")} ${formatShape(shapes[other]!)}`;
  return `${factor === 1 ? "" : `${factor} × `}${name} = ${size * factor} at axis ${axis}${source}`;
}
