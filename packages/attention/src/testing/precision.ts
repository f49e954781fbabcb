import { type Backend, cpu } from "@heed/tensor";

/** Makes the backend that checks run on; called once for each check. */
export type CreateBackend = () => Backend | Promise<Backend>;

/** Backends on which a kit repeats its checks, by the name that the checks have: `{ wasm: () => wasm() }`. */
export interface KitOptions {
  /** Default: none besides the reference backend in f64 and in f32. */
  readonly backends?: Readonly<Record<string, CreateBackend>>;
}

/** How exactly a backend calculates. */
export interface Precision {
  /** Whether the backend calculates in f64, so that central differences are exact enough. */
  readonly exact: boolean;
  /** Allowed difference of two results that must be equal but for rounding, relative to the largest. */
  readonly tolerance: number;
}

/** A place where checks run. */
export interface Place extends Precision {
  /** Follows the name of the thing that is checked: `""` for f64, `", in f32"`, `", on wasm"`. */
  readonly suffix: string;
  readonly create: CreateBackend;
}

/** The reference backend in f64, where the checks are the strictest. */
export const inF64: Place = {
  suffix: "",
  create: () => cpu({ precision: "f64" }),
  exact: true,
  tolerance: 1e-9,
};

/** The backends in f32: the reference, and the given ones. Each is made once. */
export function placesInF32({ backends = {} }: KitOptions): Place[] {
  const all: Readonly<Record<string, CreateBackend>> = { "in f32": () => cpu(), ...prefixed(backends) };
  return Object.entries(all).map(([name, create]) => {
    let made: ReturnType<CreateBackend> | undefined;
    return {
      suffix: `, ${name}`,
      create: () => {
        made ??= create();
        return made;
      },
      exact: false,
      tolerance: 1e-4,
    };
  });
}

function prefixed(backends: Readonly<Record<string, CreateBackend>>): Record<string, CreateBackend> {
  return Object.fromEntries(Object.entries(backends).map(([name, create]) => [`on ${name}`, create]));
}
