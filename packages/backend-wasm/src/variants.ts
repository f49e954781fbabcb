import { decodeModule, withoutSharing } from "./instance.js";
import { plain128, relaxed128, relaxed256 } from "./kernels.generated.js";

/** A build of the kernels. */
export interface Variant {
  readonly name: "plain128" | "relaxed128" | "relaxed256";
  readonly bits: 128 | 256;
  readonly fusedMultiplyAdd: boolean;
  /** Columns of a tile of the matrix product. */
  readonly panel: number;
  readonly base64: string;
}

export const variants: Readonly<Record<Variant["name"], Variant>> = {
  plain128: { name: "plain128", bits: 128, fusedMultiplyAdd: false, panel: 8, base64: plain128 },
  relaxed128: { name: "relaxed128", bits: 128, fusedMultiplyAdd: true, panel: 8, base64: relaxed128 },
  relaxed256: { name: "relaxed256", bits: 256, fusedMultiplyAdd: true, panel: 16, base64: relaxed256 },
};

const compiled = new Map<string, WebAssembly.Module>();

/** The module of a variant, compiled once a process. */
export function moduleOf(variant: Variant, shared: boolean): WebAssembly.Module {
  const key = `${variant.name} ${shared}`;
  let module = compiled.get(key);
  if (!module) {
    const bytes = decodeModule(variant.base64);
    module = new WebAssembly.Module(shared ? bytes : withoutSharing(bytes));
    compiled.set(key, module);
  }
  return module;
}

/** Whether this engine knows the instructions of a variant. */
export function isSupported(variant: Variant): boolean {
  return WebAssembly.validate(decodeModule(variant.base64));
}
