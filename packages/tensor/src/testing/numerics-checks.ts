import { HeedError } from "@heed/core";
import { type Check, CheckError } from "@heed/core/testing";
import {
  type Backend,
  type ErrorBound,
  Parameter,
  sum,
  type Tensor,
  tensor,
  use,
  valueAndGrad,
  zeros,
} from "../index.js";
import { compute, measureNumerics } from "./measure-numerics.js";
import { isElementwise, type NumericsRow, readValues, type SpecialValue } from "./numerics-rows.js";
import { numericsRows } from "./numerics-table.js";

/**
 * The checks that hold a backend to the table of errors in docs/numerics.md: for each function the largest error, exact
 * values and derivatives at special arguments, and the value of an empty axis. A backend states larger errors, and what
 * else it lacks, in `numerics`.
 *
 * @param create - makes the backend; called once, before the first check runs
 * @example
 * for (const check of numericsChecks(() => myBackend())) test(check.name, check.run);
 */
export function numericsChecks(create: () => Backend | Promise<Backend>): Check[] {
  let backend: Promise<Backend> | null = null;
  const candidate = (): Promise<Backend> => {
    backend ??= Promise.resolve(create());
    return backend;
  };
  const known = numericsRows.map(({ name }) => name);
  return [
    {
      name: "numerics: the backend's own bounds are of known functions",
      run: async () => {
        const { numerics: { bounds = {} } = {} } = await candidate();
        const unknown = Object.keys(bounds).find((name) => !known.includes(name));
        if (unknown) throw new CheckError(`numerics.bounds has "${unknown}", expected one of ${known.join(", ")}.`);
      },
    },
    ...numericsRows.flatMap((row) => [
      { name: `numerics: ${row.name}: largest error`, run: async () => checkError(row, await candidate()) },
      { name: `numerics: ${row.name}: special values`, run: async () => checkValues(row, await candidate()) },
      { name: `numerics: ${row.name}: empty tensors`, run: async () => checkEmpty(row, await candidate()) },
    ]),
  ];
}

/** The bound of a function on a backend. */
export function boundOn({ numerics }: Pick<Backend, "numerics">, { name, bound }: NumericsRow): ErrorBound {
  return numerics?.bounds?.[name] ?? bound;
}

async function checkError(row: NumericsRow, backend: Backend): Promise<void> {
  const { fault } = await measureNumerics(row, backend, boundOn(backend, row));
  if (fault) throw new CheckError(`${row.name} ${fault}; allowed are ${boundText(boundOn(backend, row))}.`);
}

/** `"2 ulp or 4e-7"`. */
export function boundText({ ulp, absolute, largest }: ErrorBound): string {
  const limits = [...(ulp === undefined ? [] : [`${ulp} ulp`]), ...(absolute === undefined ? [] : [`${absolute}`])];
  return `${limits.join(" or ")}${largest === undefined ? "" : ` up to abs(x) = ${largest}`}`;
}

async function checkValues(row: NumericsRow, backend: Backend): Promise<void> {
  const { nonFinite = true, subnormals = true } = backend.numerics ?? {};
  const { largest = Number.POSITIVE_INFINITY } = boundOn(backend, row);
  const isKept = (x: number): boolean => nonFinite || Math.abs(x) < Math.min(largest, 2 ** 100);
  const isSame = (a: number, b: number): boolean => (subnormals ? Object.is(a, b) : a === b || Object.is(a, b));
  const check = async (what: string, special: SpecialValue, make: (inputs: Tensor[]) => Tensor): Promise<void> => {
    if (![...special.arguments, ...special.values].every(isKept)) return;
    const [actual] = await compute(backend, () => [make(inputsOf(row, special.arguments))]);
    const rounded = Array.from(actual!, Math.fround);
    const wrong = special.values.findIndex((value, i) => !isSame(rounded[i]!, value));
    if (wrong !== -1 || rounded.length !== special.values.length)
      throw new CheckError(`${what} of ${row.name} must be ${special.text}, got ${actual!.join(", ")}.`);
  };
  for (const special of readValues(row.values)) await check("the value", special, (inputs) => row.apply(...inputs));
  // In f64, functions saturate later.
  if (backend.report().precision === "f64") return;
  for (const special of readValues(row.slopes ?? "")) {
    await check("the derivative", special, (inputs) => {
      const x = new Parameter(inputs[0]!);
      return valueAndGrad(() => sum(row.apply(x)), [x]).gradients[0]!;
    });
  }
}

/** Each number as a tensor of its own, or all of them as one row. */
function inputsOf(row: NumericsRow, numbers: readonly number[]): Tensor[] {
  if (isElementwise(row)) return numbers.map((x) => tensor([x]));
  return [tensor([[...numbers]])];
}

async function checkEmpty(row: NumericsRow, backend: Backend): Promise<void> {
  await use(backend);
  if (isElementwise(row)) {
    const [values] = await compute(backend, () => [
      row.apply(...Array.from({ length: row.inputs ?? 1 }, () => zeros([0, 3]))),
    ]);
    if (values!.length > 0) throw new CheckError(`${row.name} of no numbers must be empty, got ${values!.join(", ")}.`);
    return;
  }
  const { empty } = row;
  const { nonFinite = true } = backend.numerics ?? {};
  if (typeof empty === "number" && !nonFinite && !Number.isFinite(empty)) return;
  let got: string;
  try {
    const [values] = await compute(backend, () => [row.apply(zeros([2, 0]))]);
    got = values!.join(", ");
  } catch (error) {
    if (!(error instanceof HeedError)) throw error;
    got = "error";
  }
  const wanted = typeof empty === "number" ? `${empty}, ${empty}` : empty === "error" ? "error" : "";
  if (got !== wanted) throw new CheckError(`${row.name} of two empty rows must be "${wanted}", got "${got}".`);
}
