import { HeedError } from "@heed/core";
import { isParameter, type Parameter, type SafeTensor } from "@heed/tensor";
import { type LoadOptions, type LoadReport, loadStateDict, readStateDict } from "./state-dict.js";

const moduleBrand: unique symbol = Symbol.for("heed.module") as never;

/** Returns whether a value is a module, of this or another copy of this package. */
export function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && moduleBrand in value;
}

/**
 * Base of everything that has parameters: layers, and models made of them. PyTorch: `nn.Module`.
 *
 * Parameters and modules are found through the properties of the object, in the order of their definition, and are named
 * after them: the bias of `this.output = new Linear(…)` is `output.bias`. Arrays, plain objects and maps of them count,
 * too (`layers.0.weight`). What is held in a `#private` field is not looked at: put there what belongs to somebody else.
 *
 * A parameter that is reached by several names (tied weights, a shared layer) counts once, under its first name.
 *
 * Layers that draw random numbers are handed a `Random`. Give one generator to all layers of a model, and its state is the
 * whole random state of the model.
 *
 * @example
 * class Tagger extends Module {
 *   embedding: Embedding;
 *   output: Linear;
 *   constructor(random: Random) {
 *     super();
 *     this.embedding = new Embedding({ numEmbeddings: 100, embeddingSize: 16, random });
 *     this.output = new Linear({ inFeatures: 16, outFeatures: 5, random });
 *   }
 *   forward(ids: Tensor): Tensor {
 *     return this.output.forward(this.embedding.forward(ids)); // [b, t] -> [b, t, 5]
 *   }
 * }
 * [...new Tagger(new Random(1)).parameters().keys()]; // embedding.weight, output.weight, output.bias
 */
export abstract class Module {
  /** Marks modules for every copy of this package, and holds their mode. */
  readonly [moduleBrand] = { training: true };

  /** Whether the module trains, which switches dropout on; true at first. */
  get training(): boolean {
    return this[moduleBrand].training;
  }

  /** Every parameter, by its first name. */
  parameters(): Map<string, Parameter> {
    return firstNames(this, (item) => (isParameter(item) ? item : null));
  }

  /** Every module, by its first name; this one is `""`. */
  modules(): Map<string, Module> {
    return firstNames(this, (item) => (isModule(item) ? item : null));
  }

  /** Every name of every parameter: more than one where parameters are tied. */
  parameterNames(): Map<Parameter, string[]> {
    const names = new Map<Parameter, string[]>();
    for (const [name, item] of occurrences("", this, [])) {
      if (isParameter(item)) names.set(item, [...(names.get(item) ?? []), name]);
    }
    return names;
  }

  /** How many numbers are learned. */
  parameterCount(): number {
    let count = 0;
    for (const parameter of this.parameters().values()) count += parameter.size;
    return count;
  }

  /** Switches this module and all within it to training, or with `false` to evaluation. */
  train(on = true): this {
    for (const module of this.modules().values()) module[moduleBrand].training = on;
    return this;
  }

  /** Switches this module and all within it to evaluation: dropout does nothing. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Returns a function that runs synchronous work in evaluation mode. After the work every module has its own mode again:
   * other work on this module, between two calls, is not affected.
   *
   * @example
   * const inEvaluation = model.evaluator();
   * const output = inEvaluation(() => model.forward(batch));
   */
  evaluator(): <T>(work: () => T) => T {
    const modules = [...this.modules().values()];
    return (work) => {
      const modes = modules.map((module) => module[moduleBrand].training);
      for (const module of modules) module[moduleBrand].training = false;
      try {
        return work();
      } finally {
        for (const [i, module] of modules.entries()) module[moduleBrand].training = modes[i]!;
      }
    };
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters().values()) parameter.zeroGrad();
  }

  /** Frees all parameters and their gradients. */
  dispose(): void {
    for (const parameter of this.parameters().values()) parameter.dispose();
  }

  /**
   * The values of all parameters, as they are now, by first name. The dtype is `F32`, or `F64` on a backend that
   * calculates in f64. PyTorch: `state_dict()`.
   */
  stateDict(): Promise<Map<string, SafeTensor>> {
    return readStateDict(this);
  }

  /**
   * Takes the values of all parameters from `state`, each on the backend where it lives. A tied parameter may come by any
   * of its names. PyTorch: `load_state_dict()`.
   *
   * @param state - by name; `F32` and `F64` fit f32 parameters
   * @param options.strict - by default true; false tolerates parameters that are missing on either side
   * @returns the names that were tolerated
   * @throws StateDictError naming every parameter that is mismatched (with both shapes), missing or unexpected; nothing
   *   is loaded then
   */
  loadStateDict(state: ReadonlyMap<string, SafeTensor>, options: LoadOptions = {}): LoadReport {
    return loadStateDict(this, state, options);
  }
}

/** The first name of each parameter or module that `pick` picks. */
function firstNames<T>(root: Module, pick: (item: Parameter | Module) => T | null): Map<string, T> {
  const seen = new Set<T>();
  const named = new Map<string, T>();
  for (const [name, item] of occurrences("", root, [])) {
    const picked = pick(item);
    if (picked === null || seen.has(picked)) continue;
    seen.add(picked);
    named.set(name, picked);
  }
  return named;
}

/** Every place where a parameter or a module hangs below `value`, and its name; one that hangs twice comes twice. */
function* occurrences(
  name: string,
  value: unknown,
  path: readonly unknown[],
): Generator<[name: string, item: Parameter | Module]> {
  const module = isModule(value);
  if (module || isParameter(value)) yield [name, value];
  const entries = module ? Object.entries(value) : entriesOf(value);
  if (!entries) return;
  if (path.includes(value)) {
    throw new HeedError(`Module: ${name} leads back to something that it is part of; hold that in a #private field.`);
  }
  for (const [key, entry] of entries) yield* occurrences(name ? `${name}.${key}` : key, entry, [...path, value]);
}

function entriesOf(value: unknown): Iterable<[string, unknown]> | null {
  if (value instanceof Map) return Array.from(value, ([key, entry]) => [String(key), entry]);
  if (Array.isArray(value)) return Object.entries(value);
  const plain = value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? Object.entries(value) : null;
}
