import { inflateModules, withoutSharing } from "./instance.js";
import { deflated, sizes } from "./kernels-128.generated.js";

/** A build of the kernels, ready to be compiled. */
export interface Variant {
  readonly name: VariantName;
  readonly bits: 128 | 256;
  readonly fusedMultiplyAdd: boolean;
  /** Columns of a tile of the matrix product. */
  readonly panel: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type VariantName = "plain128" | "relaxed128" | "relaxed256";

const facts: Readonly<Record<VariantName, Omit<Variant, "name" | "bytes">>> = {
  plain128: { bits: 128, fusedMultiplyAdd: false, panel: 8 },
  relaxed128: { bits: 128, fusedMultiplyAdd: true, panel: 8 },
  relaxed256: { bits: 256, fusedMultiplyAdd: true, panel: 16 },
};

let modules128: ReturnType<typeof read128> | undefined;
const read128 = () => inflateModules({ deflated, sizes });
// A dynamic import: pages, which have no 256-bit SIMD, never load these kernels.
const read256 = async () => await inflateModules(await import("./kernels-256.generated.js"));

const loaded = new Map<VariantName, Promise<Variant>>();
const compiled = new Map<string, WebAssembly.Module>();

/** Loads and inflates a variant, once a process. */
export function loadVariant(name: VariantName): Promise<Variant> {
  let variant = loaded.get(name);
  if (!variant) {
    variant = readBytes(name).then((bytes) => ({ name, ...facts[name], bytes }));
    loaded.set(name, variant);
  }
  return variant;
}

async function readBytes(name: VariantName): Promise<Uint8Array<ArrayBuffer>> {
  if (name === "relaxed256") return (await read256()).relaxed256;
  modules128 ??= read128();
  return (await modules128)[name];
}

/** The module of a variant, compiled once a process. */
export function moduleOf({ name, bytes }: Variant, shared: boolean): WebAssembly.Module {
  const key = `${name} ${shared}`;
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(shared ? bytes : withoutSharing(bytes));
    compiled.set(key, module);
  }
  return module;
}

/** Whether this engine knows the instructions of a variant. */
export function isSupported({ bytes }: Variant): boolean {
  return WebAssembly.validate(bytes);
}
