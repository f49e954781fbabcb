import { Random } from "@heed/core";
import {
  type Backend,
  cpu,
  Draw,
  type ErrorBound,
  scope,
  type Tensor,
  type TensorData,
  tensor,
  use,
} from "../index.js";
import { type AxisRow, type ElementwiseRow, isElementwise, type NumericsRow } from "./numerics-rows.js";

/** The largest errors of a function on a backend. */
export interface MeasuredError {
  /** In units in the last place of the exact value, or of the row's scale. */
  readonly ulp: number;
  /** In the unit of the result; of functions of each element, for arguments from −16 to 16. */
  readonly absolute: number;
  /** The number of results that were compared. */
  readonly count: number;
  /** The worst result beyond the bound, in words, or `null`. */
  readonly fault: string | null;
}

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const smallestNormal = 2 ** -126;
/** The first power of 2 that f32 lacks. */
const overflow = 2 ** 128;

/**
 * Calculates a function on a backend at many arguments, and compares the results with exact ones.
 *
 * @param bound - results beyond it are faults
 */
export async function measureNumerics(row: NumericsRow, backend: Backend, bound: ErrorBound): Promise<MeasuredError> {
  return await (isElementwise(row) ? measureElements(row, backend, bound) : measureAxis(row, backend, bound));
}

/** Calculates tensors on a backend, and reads them. */
export async function compute(backend: Backend, make: () => readonly Tensor[]): Promise<TensorData[]> {
  await use(backend);
  const results = scope(make);
  const values: TensorData[] = [];
  for (const result of results) values.push(await result.data());
  for (const result of results) result.dispose();
  return values;
}

async function measureElements(row: ElementwiseRow, backend: Backend, bound: ErrorBound): Promise<MeasuredError> {
  const { apply, exact, inputs = 1, range: [low, high] = [NEGATIVE_INFINITY, POSITIVE_INFINITY] } = row;
  const { largest = POSITIVE_INFINITY } = bound;
  const { subnormals = true, nonFinite = true } = backend.numerics ?? {};
  const isMeasured = (x: number): boolean =>
    Number.isFinite(x) && x >= low && x <= high && Math.abs(x) <= largest && (subnormals || !isTiny(x));
  const points = (inputs === 2 ? pairs() : numbers().map((x) => [x])).filter((point) => {
    const value = exact(...point);
    return point.every(isMeasured) && (subnormals || !isTiny(value)) && (nonFinite || Math.abs(value) < overflow / 4);
  });
  const columns = Array.from({ length: inputs }, (_, i) => Float32Array.from(points, (point) => point[i]!));
  const [actual] = await compute(backend, () => [apply(...columns.map((column) => tensor(column)))]);
  const expected = points.map((point) => exact(...point));
  const isModerate = (i: number): boolean => points[i]!.every((x) => Math.abs(x) <= 16);
  return compareWith(bound, actual!, expected, expected, (i) => `at ${points[i]!.join(", ")}`, isModerate);
}

const isTiny = (x: number): boolean => x !== 0 && Math.abs(x) < 4 * smallestNormal;

/** Numbers from all of f32: every 65,537th bit pattern, and 8,193 evenly spaced ones between −16 and 16. */
function numbers(): number[] {
  const patterns = Uint32Array.from({ length: 65_536 }, (_, i) => i * 65_537);
  return [...new Float32Array(patterns.buffer), ...Array.from({ length: 8_193 }, (_, i) => (i - 4_096) / 256)];
}

/** Pairs of any numbers, and of moderate ones. */
function pairs(): number[][] {
  const random = new Random(5);
  const anything = [...new Float32Array(Uint32Array.from({ length: 20_000 }, () => random.integer(0, 2 ** 32)).buffer)];
  const moderate = Array.from({ length: 20_000 }, () => Math.fround(random.normal() * 4));
  const paired = (values: readonly number[]): number[][] =>
    values.slice(values.length / 2).map((b, i) => [values[i]!, b]);
  return [...paired(anything), ...paired(moderate), ...paired(moderate).map(([a, b]) => [Math.abs(a!), b!])];
}

async function measureAxis(row: AxisRow, backend: Backend, bound: ErrorBound): Promise<MeasuredError> {
  const { apply, draw, scale = { of: (result: Tensor) => result } } = row;
  await use(cpu());
  const drawn = draw(new Draw(11));
  const hosts = drawn.map((x) => ({ values: x.dataSync(), shape: x.shape }));
  for (const x of drawn) x.dispose();
  const upload = (): Tensor[] => hosts.map(({ values, shape }) => tensor(values, { shape }));
  const [expected, scales] = await compute(cpu({ precision: "f64" }), () => {
    const inputs = upload();
    const result = apply(...inputs);
    return [result, scale.of(result, ...inputs)];
  });
  const [actual] = await compute(backend, () => [apply(...upload())]);
  return compareWith(bound, actual!, expected!, scales!, (i) => `at element ${i}`);
}

function compareWith(
  { ulp = 0, absolute = 0 }: ErrorBound,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  scales: ArrayLike<number>,
  place: (index: number) => string,
  isModerate: (index: number) => boolean = () => true,
): MeasuredError {
  const most = { ulp: 0, absolute: 0, excess: 1 };
  let fault: string | null = null;
  for (let i = 0; i < expected.length; i++) {
    const [got, wanted] = [actual[i]!, expected[i]!];
    if (Number.isNaN(got) && Number.isNaN(wanted)) continue;
    const difference = Math.abs(limited(got) - limited(wanted));
    const size = difference / spacing(scales[i]!);
    // No error is above 0 · bound, and NaN is beyond each.
    const excess = size <= ulp || difference <= absolute ? 0 : size / Math.max(ulp, 2 ** -30);
    if (!(excess < most.excess)) {
      most.excess = Number.isNaN(excess) ? POSITIVE_INFINITY : excess;
      fault = `${place(i)} the result is ${got}, expected ${wanted}: ${size.toFixed(2)} ulp, ${difference.toExponential(2)}`;
    }
    if (!(size <= most.ulp)) most.ulp = size;
    if (!(difference <= most.absolute) && isModerate(i)) most.absolute = difference;
  }
  return { ulp: most.ulp, absolute: most.absolute, count: expected.length, fault };
}

/** What stands for infinite numbers, so that an overflow is an error of one ulp where the exact value almost overflows. */
function limited(x: number): number {
  return Math.max(-overflow, Math.min(overflow, x));
}

/** The distance between neighbouring f32 numbers at x. */
function spacing(x: number): number {
  const exponent = Math.floor(Math.log2(Math.min(Math.abs(x), overflow / 2)));
  return 2 ** (Math.max(-126, exponent) - 23);
}
