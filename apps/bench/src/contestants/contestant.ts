import type { Work } from "../work.js";

/** What a contestant says of itself. */
export interface Description {
  /** Of what runs: `{ "@tensorflow/tfjs-core": "4.22.0" }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** How it runs: threads, SIMD width, BLAS. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** One work, made ready. */
export interface Prepared {
  /** Does the work once, to its end. Where the work says so, returns how much was done (such as tokens). */
  run(): number | undefined | Promise<number | undefined>;
  /** Waits until the device has done the runs so far; where runs return before their end. Its time counts. */
  settle?(): Promise<void>;
  /** What came out of the last run, by the names that `Work` lists. */
  read(): Promise<Readonly<Record<string, ArrayLike<number>>>>;
  dispose(): void;
}

/** A library, as the benchmark drives it: all that an adapter has to be. */
export interface Adapter {
  describe(): Description;
  /** @throws Unsupported when the library has nothing for this work */
  prepare(work: Work): Promise<Prepared>;
}

/** The contestant cannot do this work; not a fault. */
export class Unsupported extends Error {
  override name = "Unsupported";
}

/** What the benchmark asks. */
export type Request =
  | { readonly do: "prepare"; readonly work: Work }
  | { readonly do: "run"; readonly times: number }
  /** `probes`: which elements of which output to read. */
  | { readonly do: "read"; readonly probes: Readonly<Record<string, readonly number[]>> }
  | { readonly do: "finish" };

/** What a contestant answers. The first line is its description, or why it is absent. */
export type Reply =
  | { readonly description: Description }
  | { readonly absent: string }
  | { readonly done: true }
  | { readonly unsupported: string }
  | { readonly error: string }
  /** `ms` of all runs together; `amount` is what they add up to. */
  | { readonly ms: number; readonly amount: number }
  /** `sizes`: of the outputs; `values`: the elements asked for. */
  | { readonly sizes: Readonly<Record<string, number>>; readonly values: Readonly<Record<string, readonly number[]>> };
