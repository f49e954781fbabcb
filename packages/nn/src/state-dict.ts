import {
  type DType,
  formatShape,
  type Parameter,
  type SafeDType,
  type SafeTensor,
  sameShape,
  scope,
  sizeOf,
  type TensorData,
  tensor,
} from "@heed/tensor";
import { StateDictError } from "./state-dict-error.js";

export interface LoadOptions {
  /** By default true; false tolerates parameters that are missing on either side. Shapes must fit in any case. */
  readonly strict?: boolean;
}

/** What a tolerant load tolerated. */
export interface LoadReport {
  /** Parameters of the module that keep their values. */
  readonly missing: readonly string[];
  /** Names that no parameter has. */
  readonly unexpected: readonly string[];
}

const FITTING: Readonly<Record<DType, readonly SafeDType[]>> = { f32: ["F32", "F64"], i32: ["I32"], bool: ["BOOL"] };

/** The part of a module that a state dictionary is read from and loaded into. */
interface NamedParameters {
  parameters(): Iterable<[string, Parameter]>;
  parameterNames(): Iterable<[Parameter, readonly string[]]>;
}

/** The values of all parameters; every read is started before the first one is awaited. */
export async function readStateDict(module: NamedParameters): Promise<Map<string, SafeTensor>> {
  const reads = Array.from(module.parameters(), async ([name, parameter]): Promise<[string, SafeTensor]> => {
    return [name, safeTensor(parameter.shape, await parameter.data())];
  });
  return new Map(await Promise.all(reads));
}

function safeTensor(shape: readonly number[], data: TensorData): SafeTensor {
  if (data instanceof Float32Array) return { dtype: "F32", shape, data };
  if (data instanceof Float64Array) return { dtype: "F64", shape, data };
  if (data instanceof Int32Array) return { dtype: "I32", shape, data };
  return { dtype: "BOOL", shape, data };
}

/** Checks everything, then loads everything, each parameter to the backend on which it lives. */
export function loadStateDict(
  module: NamedParameters,
  state: ReadonlyMap<string, SafeTensor>,
  { strict = true }: LoadOptions,
): LoadReport {
  const mismatched: string[] = [];
  const missing: Parameter[] = [];
  const firstNames = new Map<Parameter, string>();
  const known = new Set<string>();
  const sources = new Map<Parameter, SafeTensor>();
  for (const [parameter, names] of module.parameterNames()) {
    firstNames.set(parameter, names[0]!);
    for (const name of names) {
      known.add(name);
      const value = state.get(name);
      if (!value) continue;
      const fault = faultOf(parameter, value) ?? contradiction(sources.get(parameter), value);
      if (fault) mismatched.push(`${name}: ${fault}`);
      sources.set(parameter, value);
    }
    if (!sources.has(parameter)) missing.push(parameter);
  }
  const unexpected = [...state.keys()].filter((name) => !known.has(name));
  if (mismatched.length > 0 || (strict && missing.length + unexpected.length > 0)) {
    throw new StateDictError(
      mismatched,
      strict ? missing.map((parameter) => `${firstNames.get(parameter)} ${formatShape(parameter.shape)}`) : [],
      strict ? unexpected.map((name) => `${name} ${formatShape(state.get(name)!.shape)}`) : [],
    );
  }
  assign(sources);
  return { missing: missing.map((parameter) => firstNames.get(parameter)!), unexpected };
}

function faultOf({ shape, dtype }: Parameter, value: SafeTensor): string | null {
  if (!sameShape(shape, value.shape)) {
    return `the module has ${formatShape(shape)}, but ${formatShape(value.shape)} came`;
  }
  if (!FITTING[dtype].includes(value.dtype)) {
    return `the module takes ${FITTING[dtype].join(" or ")}, but ${value.dtype} came`;
  }
  if (value.data.length !== sizeOf(shape)) {
    return `the shape ${formatShape(shape)} has ${sizeOf(shape)} values, but ${value.data.length} came`;
  }
  return null;
}

/** Two names of a tied parameter cannot stand for different values. */
function contradiction(before: SafeTensor | undefined, value: SafeTensor): string | null {
  if (!before || before === value) return null;
  const same = value.data.every((entry: number | bigint, index: number) => Object.is(entry, before.data[index]));
  return same ? null : "the parameter is tied, but its names came with different values";
}

function assign(sources: ReadonlyMap<Parameter, SafeTensor>): void {
  scope(() => {
    // All uploads first: when memory runs out here, nothing has changed yet.
    const values = Array.from(sources, ([parameter, { shape, data }]) => ({
      parameter,
      value: tensor(data as TensorData, { shape, dtype: parameter.dtype, backend: parameter.backend }),
    }));
    for (const { parameter, value } of values) parameter.assign(value);
  });
}
