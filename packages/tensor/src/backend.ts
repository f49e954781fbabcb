import type { DType, TensorData } from "./dtype.js";
import type { Shape } from "./shape.js";

/**
 * Memory that a backend owns: a typed array, an address in linear memory, or a GPU handle whose content is still being
 * computed. Core code never looks inside. It is written once, by the kernel that returns it.
 */
export interface DeviceBuffer {
  readonly dtype: DType;
  /** Number of elements. */
  readonly size: number;
}

/** A buffer as a kernel sees it: with the shape of the tensor it belongs to. */
export interface Operand {
  readonly buffer: DeviceBuffer;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Kernels of one argument, f32 → f32 (`not`: bool → bool). `log1p` is ln(1 + x), accurate for small x. `round` takes
 * halves to the even neighbour.
 */
export type UnaryKernel =
  | "neg"
  | "abs"
  | "sign"
  | "exp"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "floor"
  | "round"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "erf"
  | "not";

/** Kernels of two arguments of one dtype, with broadcasting; comparisons and logic give bool. */
export type BinaryKernel =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "maximum"
  | "minimum"
  | ComparisonKernel
  | LogicKernel;
export type ComparisonKernel = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";
export type LogicKernel = "and" | "or";

/** Kernels that fold axes away. `sum` of bool counts, in i32. `max` and `min` of NaN is NaN. */
export type ReduceKernel = "sum" | "max" | "min";

/** What is alive on a backend. */
export interface BackendMemory {
  readonly buffers: number;
  readonly bytes: number;
}

/** What really runs, and what was wanted but could not be had. */
export interface BackendReport {
  readonly backend: string;
  /** The processor or graphics card, in words. */
  readonly device: string;
  readonly precision: "f32" | "f64";
  readonly threads: number;
  /**
   * What decides the bits of results, such as `{ multiplyAdd: "fused" }`: the same backend with an equal `arithmetic` gives
   * equal bits for equal inputs. Where the backend has an option of the same name, loading it with this value gives the same
   * arithmetic, or throws. Default: `{}`, everything that the backend computes has one result.
   */
  readonly arithmetic?: Readonly<Record<string, string>>;
  /** Further facts: SIMD width, mode, limits, counters. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly fallbacks: readonly { readonly wanted: string; readonly got: string; readonly why: string }[];
}

/**
 * Memory and the kernels that every backend has. All are simple: shapes arrive checked and axes normalised, results are
 * row-major, contiguous and newly allocated, and operands are never written.
 *
 * A kernel returns at once. Where the device works on its own, the buffer it returns stands for a result that is still
 * to come, and only {@link Primitives.download} waits; an error of the device surfaces there, too.
 */
export interface Primitives {
  /** Copies host values (already of the right kind for the dtype) to the device. */
  upload(values: TensorData, dtype: DType): DeviceBuffer;
  /** A copy of a buffer's values on the host. */
  download(buffer: DeviceBuffer): Promise<TensorData>;
  /** The same without waiting; only where the device is the host itself. */
  downloadSync?(buffer: DeviceBuffer): TensorData;
  /**
   * Returns the memory of a buffer itself, without a copy; only where the device is the host itself. The array is valid until
   * the next call of the backend. Only the owner of a new buffer that no kernel has read may write to it: kernels keep what
   * they derive from their operands.
   *
   * @throws BackendError when the buffer was freed
   */
  view?(buffer: DeviceBuffer): TensorData;
  /**
   * Gives a buffer back; called exactly once for each. A result still being computed is waited for by the backend. Does
   * nothing once the backend is closed or its device lost.
   */
  free(buffer: DeviceBuffer): void;
  memory(): BackendMemory;

  fill(size: number, value: number, dtype: DType): DeviceBuffer;
  /**
   * f32 numbers in [0, 1): element i is `fmix32(i · 0x9E3779B9 + seed) >>> 8`, times 2⁻²⁴, in unsigned 32-bit
   * arithmetic, where fmix32 is MurmurHash3's finaliser. The same on every backend.
   */
  uniform(size: number, seed: number): DeviceBuffer;
  /** f32 → i32 cuts off the fraction (beyond 32 bits the result is unspecified); anything → bool is `≠ 0`. */
  cast(x: Operand, dtype: DType): DeviceBuffer;
  unary(kernel: UnaryKernel, x: Operand): DeviceBuffer;
  /** @param shape - what `a` and `b` broadcast to */
  binary(kernel: BinaryKernel, a: Operand, b: Operand, shape: Shape): DeviceBuffer;
  /** `condition ? a : b`, all three broadcast to `shape`. */
  where(condition: Operand, a: Operand, b: Operand, shape: Shape): DeviceBuffer;
  /**
   * `[..., m, k] · [..., k, n] -> [..., m, n]`. An operand marked as transposed is stored with its last two axes
   * exchanged. Leading axes broadcast to those of `shape`.
   */
  matmul(a: Operand, b: Operand, shape: Shape, transposed: { readonly a: boolean; readonly b: boolean }): DeviceBuffer;
  /** Folds the axes (ascending) away. */
  reduce(kernel: ReduceKernel, x: Operand, axes: readonly number[]): DeviceBuffer;
  /** i32 index of the first largest element along the axis. */
  argmax(x: Operand, axis: number): DeviceBuffer;
  /** Repeats axes of size 1, and adds leading ones, up to `shape`. */
  expand(x: Operand, shape: Shape): DeviceBuffer;
  /** Axis `i` of the result is axis `permutation[i]` of `x`. */
  transpose(x: Operand, permutation: readonly number[]): DeviceBuffer;
  /** The block of `shape` that begins at `starts`. */
  slice(x: Operand, starts: readonly number[], shape: Shape): DeviceBuffer;
  /** A block of `shape` filled with `value`, with `x` laid in at `starts`. */
  pad(x: Operand, starts: readonly number[], shape: Shape, value: number): DeviceBuffer;
  concat(xs: readonly Operand[], axis: number, shape: Shape): DeviceBuffer;
  /**
   * `out[.., i, ..] = x[.., indices[.., i, ..], ..]`; the result has the shape of `indices`. Indices lie within the axis:
   * a backend that can tell throws otherwise, any other gives unspecified values, but reads and writes no memory of others.
   */
  gather(x: Operand, indices: Operand, axis: number): DeviceBuffer;
  /** The transpose of gather: zeros of `shape`, to which `out[.., indices[.., i, ..], ..] += x[.., i, ..]`. */
  scatterAdd(x: Operand, indices: Operand, axis: number, shape: Shape): DeviceBuffer;
}

/** Results of a fused forward kernel, and what its gradient wants to see again. */
export interface FusedResult {
  /** In the operation's order, in newly allocated buffers. */
  readonly outputs: readonly Operand[];
  /** Further buffers that live until the gradient has been taken. */
  readonly saved?: readonly Operand[];
}

/** What a fused gradient may use. */
export interface FusedVjpContext<T extends readonly (Operand | null)[], P> {
  readonly inputs: T;
  readonly outputs: readonly Operand[];
  readonly saved: readonly Operand[];
  readonly params: P;
  /** d(loss)/d(output), `null` for a result that the loss does not depend on. */
  readonly cotangents: readonly (Operand | null)[];
  /** Which inputs want a cotangent. */
  readonly needs: readonly boolean[];
}

/** One kernel in place of an operation's whole composition. `T` lists its arguments, `P` its options. */
export interface FusedImplementation<T extends readonly (Operand | null)[], P> {
  /** Whether this kernel can take the call; when it says no, the composition runs. */
  accepts?(inputs: T, params: P): boolean;
  forward(inputs: T, params: P, wantsGradient: boolean): FusedResult;
  /** d(loss)/d(input) for each input that needs one, in newly allocated buffers. Absent: the composition's gradient. */
  vjp?(context: FusedVjpContext<T, P>): readonly (Operand | null)[];
}

/** A fused kernel, and the operation that it replaces, which is found by name. `fuse` makes it, and checks the types. */
export interface FusedKernel {
  readonly op: { readonly opName: string };
  readonly implementation: FusedImplementation<readonly (Operand | null)[], object>;
}

/** The largest error that a function may have. A result within one of the two limits is right. */
export interface ErrorBound {
  /** In units in the last place (ulp): the distance between neighbouring f32 numbers at the exact value. */
  readonly ulp?: number;
  /** In the unit of the result. */
  readonly absolute?: number;
  /** The bound holds for arguments up to this magnitude; by default for all. */
  readonly largest?: number;
}

/** How far numbers can be relied on; the testing kit asks for no more. Each is by default what 32-bit hardware gives. */
export interface Numerics {
  /** All integers up to this magnitude are exact in i32 tensors; by default 2³¹ − 1. */
  readonly largestInteger?: number;
  /** Whether f32 numbers below 1.2e-38 keep their value; else they may become 0. By default true. */
  readonly subnormals?: boolean;
  /** Whether ±∞ and NaN are calculated with as IEEE 754 says; by default true. */
  readonly nonFinite?: boolean;
  /** Bounds of functions whose errors exceed those of docs/numerics.md, by their names there. */
  readonly bounds?: Readonly<Record<string, ErrorBound>>;
}

/**
 * Where tensors live and kernels run. Backends are values: `await use(cpu())`. Core code never names one and never
 * branches on one.
 */
export interface Backend extends Primitives {
  readonly name: string;
  /** Optional replacements of whole composite operations; see `fuse`. */
  readonly fused?: readonly FusedKernel[];
  readonly numerics?: Numerics;
  report(): BackendReport;
  /** Stops workers and gives up the device. */
  close?(): void | Promise<void>;
}
