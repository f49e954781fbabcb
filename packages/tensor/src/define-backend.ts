import {
  checkOptions,
  defineExtension,
  type Extension,
  HeedError,
  type Named,
  type OptionSpecs,
  type OptionValues,
} from "@heed/core";
import type { Backend } from "./backend.js";

/** A kind of backend: whether it runs here, and how it is made ready. */
export interface BackendDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  /** Whether a program that chooses a backend by itself may take this one. */
  readonly automatic: boolean;
  readonly options: OptionSpecs<O>;
  /**
   * Returns a sentence that says why the backend cannot run here; `undefined` when it can, or when only `load` can find out.
   * It must be quick.
   */
  fault(): Promise<string | undefined>;
  /**
   * Makes the backend ready.
   * @param options - checked, with defaults
   * @throws BackendError when it cannot run here
   */
  load(options: O): Promise<Backend>;
}

/** A backend that can be found by name. */
export interface BackendExtension extends Omit<BackendDefinition, "load">, Extension<"backend"> {
  /**
   * Makes the backend ready.
   *
   * @param options - the options that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   * @throws BackendError when it cannot run here
   * @throws HeedError when the result is not a backend
   */
  load(options?: OptionValues): Promise<Backend>;
}

/** The methods that every backend has. */
const methods = [
  ...([
    "report",
    "memory",
    "upload",
    "download",
    "free",
    "fill",
    "uniform",
    "cast",
    "unary",
    "binary",
    "where",
  ] as const),
  ...(["matmul", "reduce", "argmax", "expand", "transpose", "slice", "pad", "concat", "gather", "scatterAdd"] as const),
] satisfies readonly (keyof Backend)[];

/**
 * Defines a backend, so that it can be found by its name. `backendChecks` of `@heed/tensor/testing` certifies what `load`
 * returns.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * export const cpuBackend = defineBackend<CpuOptions>({
 *   name: "cpu",
 *   summary: "the reference: plain JavaScript, slow",
 *   automatic: true,
 *   options: { precision: { type: "string", choices: ["f32", "f64"], default: "f32", meaning: "Precision of f32 tensors." } },
 *   fault: async () => undefined,
 *   load: async (options) => cpu(options),
 * });
 * await use(cpuBackend.load({ precision: "f64" }));
 */
export function defineBackend<O = OptionValues>(definition: BackendDefinition<O>): BackendExtension {
  const checked = defineExtension("backend", definition as unknown as BackendDefinition, {
    summary: "text",
    automatic: "boolean",
    options: "options",
    fault: "function",
    load: "function",
  });
  return Object.freeze({
    ...checked,
    async load(given?: OptionValues): Promise<Backend> {
      const backend = await checked.load(checkOptions("backend", checked, given));
      const missing = methods.find((method) => typeof backend?.[method] !== "function");
      if (missing === undefined) return backend;
      throw new HeedError(
        `load of the backend "${checked.name}" must return a Backend, but its ${missing} is missing.`,
      );
    },
  });
}
