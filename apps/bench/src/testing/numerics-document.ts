import { type Backend, cpu, type ErrorBound, tensor, use } from "@heed/tensor";
import {
  boundOn,
  boundText,
  isElementwise,
  type MeasuredError,
  measureNumerics,
  type NumericsRow,
  numericsRows,
} from "@heed/tensor/testing";
import { highPrecision, relativeError } from "../../../../packages/tensor/testing/high-precision.js";

/** The backends that are measured for the document, by their titles. */
export interface MeasuredBackends {
  readonly [title: string]: Backend;
}

/**
 * Returns docs/numerics.md: the table of errors with the largest errors that were measured.
 *
 * @param backends - the backends to measure, by the titles of their columns
 * @param gpu - the backend whose bounds are stated only, because its errors differ from card to card
 */
export async function numericsDocument(backends: MeasuredBackends, gpu: Pick<Backend, "numerics">): Promise<string> {
  const titles = Object.keys(backends);
  const elementwise: string[][] = [];
  const axis: string[][] = [];
  const special: string[][] = [];
  for (const row of numericsRows) {
    const measured: MeasuredError[] = [];
    for (const backend of Object.values(backends)) measured.push(await measureNumerics(row, backend, row.bound));
    const errors = measured.map(({ ulp, absolute }) => shownError(row, ulp, absolute));
    const bounds = [boundText(row.bound), gpuBound(row, gpu)];
    if (isElementwise(row)) {
      elementwise.push([
        `\`${row.name}\``,
        rangeText(row.range),
        bounds[0]!,
        await f64Error(row.name),
        ...errors,
        bounds[1]!,
      ]);
      special.push([`\`${row.name}\``, row.values, row.slopes ?? "", "empty"]);
    } else {
      axis.push([`\`${row.name}\``, row.range, row.scale?.text ?? "value", bounds[0]!, ...errors, bounds[1]!]);
      special.push([`\`${row.name}\``, row.values, row.slopes ?? "", emptyText(row.empty)]);
    }
  }
  return [
    introduction,
    "## Functions of each element",
    table(["function", "arguments", "bound", "cpu in f64", ...titles, "bound on gpu"], elementwise),
    "## Functions of an axis",
    table(["function", "numbers", "ulp of", "bound", ...titles, "bound on gpu"], axis),
    "## Special values",
    specialIntroduction,
    table(["function", "values", "derivatives", "without numbers"], special),
    "",
  ].join("\n\n");
}

const introduction = `# Numerics

How far results are from exact ones, for each function and backend. This page is written from the table in
\`packages/tensor/src/testing\`; after a change, run \`npx pnpm vitest run numerics-document -u\`.

An ulp (unit in the last place) is the distance between neighbouring f32 numbers at the exact value; the nearest f32 number is
at most 0.5 ulp away. **bound** is the largest error that every backend may have. A result is right when it is within one of the
limits of the bound. \`numericsChecks\` of \`@heed/tensor/testing\`, a part of \`backendChecks\`, enforces the bounds, the special
values and the values without numbers: in Node 24, in the machine's own Node (20.19 or newer), and in Chromium.

The other columns are the largest errors measured in Node 24: in ulp, then absolutely, or one of the two. Arguments are every
65,537th number of f32 (all exponents, subnormal numbers included), 8,193 evenly spaced numbers from −16 to 16, and 30,000 pairs
for functions of two arguments. The absolute error of functions of each element is that of arguments from −16 to 16. Exact
values are calculated in f64. The column **cpu in f64** is the relative error of \`cpu({ precision: "f64" })\` against 640-bit arithmetic.

wasm has three builds of its kernels. \`plain128\` multiplies and adds, \`relaxed128\` and \`relaxed256\` fuse both into one rounding, and
have equal bits. The errors of the gpu backend depend on the graphics card; its bounds hold on WebGPU and WebGL2 in Chromium.
It flushes subnormal numbers to 0, and does not keep NaN and ±∞.`;

const specialIntroduction = `These values are exact on every backend that calculates with NaN and ±∞ (cpu and wasm), the sign of 0 included. A finite
argument shows where a function saturates: tanh is exactly 1 at 9.5, and beyond. Two arguments stand in parentheses, the entries
of an axis in brackets. **without numbers** is the value of an axis of length 0.`;

function gpuBound(row: NumericsRow, gpu: Pick<Backend, "numerics">): string {
  const bound: ErrorBound = boundOn(gpu, row);
  return bound === row.bound ? "as bound" : boundText(bound);
}

function shownError(row: NumericsRow, ulp: number, absolute: number): string {
  // With an absolute bound, results near 0 have any error in ulp. Of two arguments, the absolute error is only that of large results.
  if (row.bound.absolute !== undefined) return small(absolute);
  return isElementwise(row) && row.inputs === 2 ? `${up(ulp)} ulp` : `${up(ulp)} ulp, ${small(absolute)}`;
}

/** With one decimal, rounded up. */
function up(x: number): string {
  return x === 0 ? "0" : (Math.ceil(x * 10 - 1e-9) / 10).toFixed(1);
}

/** With two digits. */
function small(x: number): string {
  return x === 0 ? "0" : x.toExponential(1).replace("e-", "e−").replace("e+", "e");
}

function rangeText(range: readonly [number, number] | undefined): string {
  if (!range) return "all";
  const [low, high] = range.map((x) =>
    x === Number.POSITIVE_INFINITY
      ? "∞"
      : (Math.abs(x) > 1e6 ? x.toExponential(0) : `${x}`).replace("-", "−").replace("+", ""),
  );
  return high === "∞" ? `≥ ${low}` : `${low} … ${high}`;
}

function emptyText(empty: number | "error" | "empty"): string {
  return `${empty}`.replace("-Infinity", "−∞");
}

/** The relative error in f64, for functions that there are 640-bit definitions of. */
async function f64Error(name: string): Promise<string> {
  const exact = highPrecision[name];
  if (!exact) return "";
  const row = numericsRows.find((each) => each.name === name)!;
  await use(cpu({ precision: "f64" }));
  const points = Float32Array.from({ length: 400 }, (_, i) => ((i + 0.5) / 400) * (name === "erf" ? 6 : 30));
  const values = row.apply(tensor(points)).dataSync();
  const errors = Array.from(values, (value, i) => relativeError(value, exact(points[i]!)));
  return small(Math.max(...errors));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
