import { BackendError, type BackendReport } from "@heed/tensor";
import { findFault, timeVariant } from "./trial.js";
import { isSupported, loadVariant, type Variant } from "./variants.js";

/** Width of vectors in bits. */
export type SimdChoice = "auto" | "128" | "256";

/** Whether products are rounded once, with their sum (`"fused"`), or twice. */
export type MultiplyAddChoice = "auto" | "fused" | "plain";

/** The kernels that are asked for. */
export interface KernelWishes {
  readonly simd: SimdChoice;
  readonly multiplyAdd: MultiplyAddChoice;
}

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
 * @throws BackendError when WebAssembly is missing or forbidden, when there is no SIMD at all, or when what was asked for
 *   by name cannot be had
 */
export async function chooseVariant({ simd, multiplyAdd }: KernelWishes, shared: boolean): Promise<VariantChoice> {
  demandWebAssembly();
  const [plain128, relaxed128] = await Promise.all([loadVariant("plain128"), loadVariant("relaxed128")]);
  if (!isSupported(plain128)) {
    throw new BackendError("wasm: this JavaScript engine has no WebAssembly SIMD. Use another backend, such as cpu().");
  }
  const missing = whyNo256(relaxed128, simd, multiplyAdd);
  const candidates = { plain128, relaxed128, relaxed256: missing ?? (await loadVariant("relaxed256")) };
  // No await from here on: trials switch a flag of the whole process.
  const key = `${simd} ${multiplyAdd} ${shared}`;
  const known = choices.get(key);
  if (known) return known;
  const choice = choose(candidates, { simd, multiplyAdd }, shared);
  choices.set(key, choice);
  return choice;
}

function choose(candidates: Candidates, { simd, multiplyAdd }: KernelWishes, shared: boolean): VariantChoice {
  if (simd === "256") return demand256(candidates, shared);
  const narrow = best128(candidates, multiplyAdd, shared);
  return simd === "128" || multiplyAdd === "plain" ? narrow : perhaps256(candidates, narrow, shared);
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

/** The 256-bit kernels where they are right and faster than fused ones of 128 bits. */
function perhaps256({ relaxed256 }: Candidates, narrow: VariantChoice, shared: boolean): VariantChoice {
  if (typeof relaxed256 === "string") return fallBack(narrow, relaxed256);
  if (!narrow.variant.fusedMultiplyAdd) return fallBack(narrow, "it needs fused multiply-add");
  const relaxed128 = timeVariant(narrow.variant, shared);
  setFlag(true);
  const fault = findFault(relaxed256, shared);
  const trials = { relaxed128, ...(fault === null && { relaxed256: timeVariant(relaxed256, shared) }) };
  const why = fault ?? slower(trials.relaxed256 ?? 0, relaxed128);
  if (why === null) return { variant: relaxed256, fallbacks: [], trials };
  setFlag(false);
  return { ...fallBack(narrow, why), trials };
}

/**
 * The fused kernels where the engine has them and computes them right. Speed does not decide here: plain and fused
 * kernels round differently, so equal inputs would give different bits from one start to the next.
 */
function best128({ plain128, relaxed128 }: Candidates, wanted: MultiplyAddChoice, shared: boolean): VariantChoice {
  const why = wanted === "plain" ? null : whyNotFused(relaxed128, shared);
  if (wanted !== "plain" && why === null) return { variant: relaxed128, fallbacks: [], trials: {} };
  if (wanted === "fused") {
    throw new BackendError(`wasm: fused multiply-add cannot be had: ${why}. Use multiplyAdd: "auto" or "plain".`);
  }
  const fault = findFault(plain128, shared);
  if (fault !== null) {
    throw new BackendError(
      `wasm: the kernels are broken in this engine: ${fault}. Use another backend, such as cpu().`,
    );
  }
  const fallbacks = why === null ? [] : [{ wanted: "fused multiply-add", got: "multiply and add", why }];
  return { variant: plain128, fallbacks, trials: {} };
}

function whyNotFused(relaxed128: Variant, shared: boolean): string | null {
  return isSupported(relaxed128)
    ? findFault(relaxed128, shared)
    : "this JavaScript engine has no relaxed SIMD (Node 24 and current browsers have it)";
}

function demand256({ relaxed256 }: Candidates, shared: boolean): VariantChoice {
  if (typeof relaxed256 === "string") {
    throw new BackendError(`wasm: 256-bit SIMD cannot be had: ${relaxed256}. Use simd: "auto".`);
  }
  setFlag(true);
  const fault = findFault(relaxed256, shared);
  if (fault !== null) {
    throw new BackendError(`wasm: 256-bit SIMD is broken in this engine: ${fault}. Use simd: "128".`);
  }
  return { variant: relaxed256, fallbacks: [], trials: {} };
}

/** Why the speed of a variant speaks against it, or `null`. */
function slower(gigaflops: number, rival: number): string | null {
  return gigaflops >= rival ? null : `it is slower: ${gigaflops.toFixed(0)} instead of ${rival.toFixed(0)} GFLOP/s`;
}

function fallBack(narrow: VariantChoice, why: string): VariantChoice {
  return { ...narrow, fallbacks: [{ wanted: wanted256, got: "128-bit SIMD", why }, ...narrow.fallbacks] };
}

/** What speaks against 256-bit SIMD, or `null`. */
function whyNo256(relaxed128: Variant, simd: SimdChoice, multiplyAdd: MultiplyAddChoice): string | null {
  if (simd === "128") return "it was not asked for";
  if (multiplyAdd === "plain") return 'its kernels use fused multiply-add, and multiplyAdd is "plain"';
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
