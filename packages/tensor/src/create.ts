import { checkOptionKinds, HeedError, isRandom, optionRules, type Random, shownArgument } from "@heed/core";
import type { Backend } from "./backend.js";
import { reserveElements } from "./construct.js";
import { currentBackend } from "./current-backend.js";
import { assertDTypeName, type DType, type TensorData } from "./dtype.js";
import { BackendError, DTypeError, ShapeError } from "./errors.js";
import { assertShape, formatShape, type Shape, sizeOf } from "./shape.js";
import { Storage } from "./storage.js";
import { Tensor } from "./tensor.js";

/** Numbers or truth values, nested to any depth. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Options of {@link tensor}. */
interface TensorOptions {
  readonly shape?: Shape;
  readonly dtype?: DType;
  readonly backend?: Backend;
}

const tensorOptions = optionRules<TensorOptions>({
  "shape?": "integers",
  "dtype?": ["f32", "i32", "bool"],
  "backend?": "any",
});

/**
 * A tensor from values on the host.
 *
 * @param values - nested arrays, or a flat list or typed array together with `shape`
 * @param options.shape - needed for typed arrays of more than one axis
 * @param options.dtype - by default `f32`; `i32` for an `Int32Array`, `bool` for truth values
 * @param options.backend - by default the one in use
 * @throws ShapeError when rows differ in length, or the count does not fit the shape
 * @throws DTypeError when an `i32` tensor is given something that is no 32-bit integer
 * @example
 * tensor([[1, 2], [3, 4]]);
 * tensor(new Int32Array([1, 2, 3]));
 * tensor([true, false]);
 */
export function tensor(values: NestedArray | TensorData, options: TensorOptions = {}): Tensor {
  if (options?.dtype !== undefined) assertDTypeName("tensor", options.dtype);
  checkOptionKinds("tensor", ["values"], tensorOptions, options);
  const flat = flatten(values);
  const shape = options?.shape ?? flat.shape;
  assertShape("tensor", shape);
  if (sizeOf(shape) !== flat.values.length) {
    throw new ShapeError(
      `tensor: shape ${formatShape(shape)} needs ${sizeOf(shape)} values, but ${flat.values.length} came.`,
    );
  }
  const dtype = options?.dtype ?? flat.dtype;
  const backend = options?.backend ?? currentBackend();
  assertBackend("tensor", backend);
  return new Tensor(new Storage(backend, backend.upload(convert(flat.values, dtype), dtype)), shape, dtype);
}

/** A tensor filled with one value. */
export function full(shape: Shape, value: number, dtype: DType = "f32", backend: Backend = currentBackend()): Tensor {
  return filled("full", shape, value, dtype, backend);
}

function filled(op: string, shape: Shape, value: number, dtype: DType, backend: Backend): Tensor {
  assertShape(op, shape);
  assertDTypeName(op, dtype);
  assertBackend(op, backend);
  if (typeof value !== "number")
    throw new DTypeError(`${op}: the value must be a number, got ${shownArgument(value)}.`);
  assertHolds(op, dtype, value);
  reserveElements(op, shape);
  return new Tensor(new Storage(backend, backend.fill(sizeOf(shape), value, dtype)), shape, dtype);
}

/** Zeros. */
export function zeros(shape: Shape, backend: Backend = currentBackend()): Tensor {
  return filled("zeros", shape, 0, "f32", backend);
}

/** Ones. */
export function ones(shape: Shape, backend: Backend = currentBackend()): Tensor {
  return filled("ones", shape, 1, "f32", backend);
}

/** The integers `start, start + 1, …, end − 1`, as i32. */
export function arange(start: number, end: number, backend: Backend = currentBackend()): Tensor {
  for (const bound of [start, end]) assertHolds("arange", "i32", bound);
  return tensor(
    Int32Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index),
    { backend },
  );
}

/**
 * Independent draws from the uniform distribution over [low, high).
 * @throws HeedError without a generator
 */
export function randomUniform(shape: Shape, random: Random, low = 0, high = 1): Tensor {
  assertShape("randomUniform", shape);
  assertRandom("randomUniform", random);
  reserveElements("randomUniform", shape);
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform()),
    { shape },
  );
}

/**
 * Independent draws from the normal distribution.
 * @throws HeedError without a generator
 */
export function randomNormal(shape: Shape, random: Random, mean = 0, std = 1): Tensor {
  assertShape("randomNormal", shape);
  assertRandom("randomNormal", random);
  reserveElements("randomNormal", shape);
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => mean + std * random.normal()),
    { shape },
  );
}

function assertRandom(op: string, random: Random): void {
  if (isRandom(random)) return;
  throw new HeedError(
    `${op}: random must be a Random, got ${shownArgument(random)}. Write ${op}(shape, new Random(1)).`,
  );
}

function assertBackend(op: string, backend: Backend): void {
  if (typeof backend?.upload === "function") return;
  throw new BackendError(
    `${op}: backend must be a backend, got ${shownArgument(backend)}. Pass the result of cpu(), for example.`,
  );
}

interface FlatValues {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  readonly dtype: DType;
}

function flatten(values: NestedArray | TensorData): FlatValues {
  if (ArrayBuffer.isView(values)) {
    const dtype = values instanceof Int32Array ? "i32" : values instanceof Uint8Array ? "bool" : "f32";
    return { values, shape: [values.length], dtype };
  }
  const shape: number[] = [];
  for (let level: NestedArray | undefined = values; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: number[] = [];
  let truth = false;
  const visit = (item: NestedArray, depth: number): void => {
    if (!Array.isArray(item)) {
      if (depth !== shape.length)
        throw new ShapeError(
          `tensor: the nesting is uneven: a value at depth ${depth}, rows at depth ${shape.length}.`,
        );
      if (typeof item !== "number" && typeof item !== "boolean") {
        throw new DTypeError(`tensor: ${String(item)} (${typeof item}) is neither a number nor a truth value.`);
      }
      truth ||= typeof item === "boolean";
      flat.push(Number(item));
      return;
    }
    if (item.length !== shape[depth]) {
      throw new ShapeError(
        `tensor: a row at depth ${depth} has ${item.length} entries; the first one has ${shape[depth] ?? "none, but is a value"}.`,
      );
    }
    for (const entry of item) visit(entry, depth + 1);
  };
  visit(values, 0);
  return { values: flat, shape, dtype: truth ? "bool" : "f32" };
}

/** Values in the array type that backends take for a dtype; f32 stays in f64 until the backend rounds it. */
function convert(values: ArrayLike<number>, dtype: DType): TensorData {
  if (dtype === "f32") return values instanceof Float32Array ? values : Float64Array.from(values);
  if (dtype === "i32" && values instanceof Int32Array) return values;
  for (let index = 0; index < values.length; index++)
    assertHolds("tensor", dtype, values[index]!, ` at index ${index}`);
  return dtype === "bool" ? Uint8Array.from(values) : Int32Array.from(values);
}

/** Checks that a dtype can hold a value: whole numbers of 32 bits, or 0 and 1. */
function assertHolds(op: string, dtype: DType, value: number, place = ""): void {
  if (dtype === "i32" && (value | 0) !== value) {
    throw new DTypeError(`${op}: ${value}${place} is not a 32-bit integer.`);
  }
  if (dtype === "bool" && value !== 0 && value !== 1) {
    throw new DTypeError(`${op}: ${value}${place} is not a truth value; give true and false, or 0 and 1.`);
  }
}
