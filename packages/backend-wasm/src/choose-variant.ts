import { BackendError, type BackendReport } from "@heed/tensor";
import { tryVariant } from "./trial.js";
import { isSupported, loadVariant, type Variant } from "./variants.js";

/** Width of vectors in bits. */
export type SimdChoice = "auto" | "128" | "256";

/** @internal The build of the kernels to run, and why no other. */
export interface VariantChoice {
  readonly variant: Variant;
  readonly fallbacks: BackendReport["fallbacks"];
  /** Speed of a small matrix product in each variant that was timed, in GFLOP/s; empty where speed did not decide. */
  readonly trials: Readonly<Record<string, number>>;
}

/** The V8 flag that joins neighbouring 128-bit operations; it takes effect in whatever is compiled afterwards. */
const flag = "experimental-wasm-revectorize";
const wanted256 = "256-bit SIMD";

/** The smallest module: every engine compiles it, unless WebAssembly is forbidden. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The kernels that this engine may run. */
interface Candidates {
  readonly plain128: Variant;
  readonly relaxed128: Variant;
  /** The 256-bit kernels, or the reason why this engine cannot run them. */
  readonly relaxed256: Variant | string;
}

const choices = new Map<string, VariantChoice>();

/**
 * @internal
 * Chooses the kernels: by what the engine supports and computes right. Speed decides only between 256-bit and fused
 * 128-bit kernels, which give the same bits. The choice holds for the whole process.
 *
 * @throws BackendError when WebAssembly is missing or forbidden, when there is no SIMD at all, or when 256 bits were
 *   asked for by name and cannot be had
 */
export async function chooseVariant(wanted: SimdChoice, shared: boolean): Promise<VariantChoice> {
  demandWebAssembly();
  const [plain128, relaxed128] = await Promise.all([loadVariant("plain128"), loadVariant("relaxed128")]);
  if (!isSupported(plain128)) {
    throw new BackendError("wasm: this JavaScript engine has no WebAssembly SIMD. Use another backend, such as cpu().");
  }
  const missing = wanted === "128" ? "it was not asked for" : whyNo256(relaxed128);
  const candidates = { plain128, relaxed128, relaxed256: missing ?? (await loadVariant("relaxed256")) };
  // No await from here on: trials switch a flag of the whole process.
  const key = `${wanted} ${shared}`;
  const known = choices.get(key);
  if (known) return known;
  const choose = { auto: best, "128": best128, "256": demand256 }[wanted];
  const choice = choose(candidates, shared);
  choices.set(key, choice);
  return choice;
}

/** @throws BackendError when WebAssembly is missing, or forbidden by the policy of the page */
function demandWebAssembly(): void {
  if (typeof WebAssembly === "undefined") {
    throw new BackendError("wasm: this JavaScript engine has no WebAssembly. Use the reference backend, cpu().");
  }
  try {
    new WebAssembly.Module(emptyModule);
  } catch (cause) {
    throw new BackendError(
      "wasm: this page is not allowed to compile WebAssembly. Add 'wasm-unsafe-eval' to its Content-Security-Policy " +
        "(script-src 'self' 'wasm-unsafe-eval'), or use the reference backend, cpu().",
      { cause },
    );
  }
}

function best(candidates: Candidates, shared: boolean): VariantChoice {
  const { relaxed128, relaxed256 } = candidates;
  if (typeof relaxed256 === "string") return fallBack(best128(candidates, shared), relaxed256);
  const rival = tryVariant(relaxed128, shared).gigaflops;
  setFlag(true);
  const trial = tryVariant(relaxed256, shared);
  const trials = { relaxed128: rival, relaxed256: trial.gigaflops };
  const why = trial.fault ?? slower(trial.gigaflops, rival);
  if (!why) return { variant: relaxed256, fallbacks: [], trials };
  setFlag(false);
  return { ...fallBack(best128(candidates, shared), why), trials };
}

/**
 * The fused kernels where the engine has them and computes them right. Speed does not decide here: plain and fused
 * kernels round differently, so equal inputs would give different bits from one start to the next.
 */
function best128({ plain128, relaxed128 }: Candidates, shared: boolean): VariantChoice {
  const why = isSupported(relaxed128)
    ? tryVariant(relaxed128, shared).fault
    : "this JavaScript engine has no relaxed SIMD (Node 24 and current browsers have it)";
  if (why === null) return { variant: relaxed128, fallbacks: [], trials: {} };
  return {
    variant: plain128,
    fallbacks: [{ wanted: "fused multiply-add", got: "multiply and add", why }],
    trials: {},
  };
}

function demand256({ relaxed256 }: Candidates, shared: boolean): VariantChoice {
  if (typeof relaxed256 === "string") {
    throw new BackendError(`wasm: 256-bit SIMD cannot be had: ${relaxed256}. Use simd: "auto".`);
  }
  setFlag(true);
  const trial = tryVariant(relaxed256, shared);
  if (trial.fault)
    throw new BackendError(`wasm: 256-bit SIMD is broken in this engine: ${trial.fault}. Use simd: "128".`);
  return { variant: relaxed256, fallbacks: [], trials: {} };
}

/** Why the speed of a variant speaks against it, or `null`. */
function slower(gigaflops: number, rival: number): string | null {
  return gigaflops >= rival ? null : `it is slower: ${gigaflops.toFixed(0)} instead of ${rival.toFixed(0)} GFLOP/s`;
}

function fallBack(narrow: VariantChoice, why: string): VariantChoice {
  return { ...narrow, fallbacks: [{ wanted: wanted256, got: "128-bit SIMD", why }, ...narrow.fallbacks] };
}

/** What keeps this engine from 256-bit SIMD, or `null`. */
function whyNo256(relaxed128: Variant): string | null {
  const { process } = globalThis;
  if (!process?.getBuiltinModule?.("node:v8")) return "browsers do not offer it";
  const version = Number(process.versions.node.split(".")[0]);
  if (!(version >= 24)) return `it needs Node 24 or newer, and this is Node ${process.versions.node}`;
  return isSupported(relaxed128) ? null : "this JavaScript engine has no relaxed SIMD";
}

/** The flag stays on where it is used: the engine compiles kernels anew, for speed, when they have run for a while. */
function setFlag(on: boolean): void {
  globalThis.process.getBuiltinModule("node:v8")?.setFlagsFromString(`--${on ? "" : "no-"}${flag}`);
}
