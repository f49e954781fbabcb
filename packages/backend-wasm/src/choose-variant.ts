import { BackendError, type BackendReport } from "@heed/tensor";
import { type TrialResult, tryVariant } from "./trial.js";
import { isSupported, type Variant, variants } from "./variants.js";

/** Width of vectors in bits. */
export type SimdChoice = "auto" | "128" | "256";

/** @internal The build of the kernels to run, and why no other. */
export interface VariantChoice {
  readonly variant: Variant;
  readonly fallbacks: BackendReport["fallbacks"];
  /** Speed of a small matrix product in each variant that was timed, in GFLOP/s; none where the clock is too coarse. */
  readonly trials: Readonly<Record<string, number>>;
}

/** The V8 flag that joins neighbouring 128-bit operations; it takes effect in whatever is compiled afterwards. */
const flag = "experimental-wasm-revectorize";
const wanted256 = "256-bit SIMD";

const choices = new Map<string, VariantChoice>();

/**
 * @internal
 * Chooses the kernels: 256-bit ones where the engine can be told to join vectors, and these are right and faster than
 * 128-bit ones. What was found out holds for the whole process.
 *
 * @throws BackendError when there is no SIMD at all, or 256 bits were asked for by name and cannot be had
 */
export function chooseVariant(wanted: SimdChoice, shared: boolean): VariantChoice {
  const key = `${wanted} ${shared}`;
  const known = choices.get(key);
  if (known) return known;
  if (!isSupported(variants.plain128)) {
    throw new BackendError("wasm: this JavaScript engine has no WebAssembly SIMD. Use another backend, such as cpu().");
  }
  const choice = wanted === "256" ? demand256(shared) : wanted === "128" ? best128(shared) : best(shared);
  choices.set(key, choice);
  return choice;
}

function best(shared: boolean): VariantChoice {
  const missing = whyNo256();
  if (missing) return fallBack(best128(shared), missing);
  const rival = tryVariant(variants.relaxed128, shared).gigaflops;
  setFlag(true);
  const trial = tryVariant(variants.relaxed256, shared);
  const trials = measured({ relaxed128: rival, relaxed256: trial.gigaflops });
  const why = whyNot(trial, rival);
  if (!why) return { variant: variants.relaxed256, fallbacks: [], trials };
  setFlag(false);
  const narrow = fallBack(best128(shared), why);
  return { ...narrow, trials: { ...trials, ...narrow.trials } };
}

/** Fused multiply-add where the engine has it, and has it in hardware: some only pretend, and are slower for it. */
function best128(shared: boolean): VariantChoice {
  const { plain128, relaxed128 } = variants;
  if (!isSupported(relaxed128)) {
    const why = "this JavaScript engine has no relaxed SIMD (Node 24 and current browsers have it)";
    return {
      variant: plain128,
      fallbacks: [{ wanted: "fused multiply-add", got: "multiply and add", why }],
      trials: {},
    };
  }
  const fused = tryVariant(relaxed128, shared);
  const plain = tryVariant(plain128, shared);
  const trials = measured({ relaxed128: fused.gigaflops, plain128: plain.gigaflops });
  const why = whyNot(fused, plain.gigaflops);
  if (!why) return { variant: relaxed128, fallbacks: [], trials };
  return { variant: plain128, fallbacks: [{ wanted: "fused multiply-add", got: "multiply and add", why }], trials };
}

function demand256(shared: boolean): VariantChoice {
  const missing = whyNo256();
  if (missing) throw new BackendError(`wasm: 256-bit SIMD cannot be had: ${missing}. Use simd: "auto".`);
  setFlag(true);
  const trial = tryVariant(variants.relaxed256, shared);
  if (trial.fault)
    throw new BackendError(`wasm: 256-bit SIMD is broken in this engine: ${trial.fault}. Use simd: "128".`);
  return { variant: variants.relaxed256, fallbacks: [], trials: measured({ relaxed256: trial.gigaflops }) };
}

/** The speeds that could be measured: some clocks are too coarse. */
function measured(speeds: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(Object.entries(speeds).flatMap(([name, speed]) => (speed === null ? [] : [[name, speed]])));
}

/** Why a variant is not taken, or `null` when it is right and not known to be slower. */
function whyNot({ fault, gigaflops }: TrialResult, rival: number | null): string | null {
  if (fault) return fault;
  if (gigaflops === null || rival === null || gigaflops >= rival) return null;
  return `it is slower: ${gigaflops.toFixed(0)} instead of ${rival.toFixed(0)} GFLOP/s`;
}

function fallBack(narrow: VariantChoice, why: string): VariantChoice {
  return { ...narrow, fallbacks: [{ wanted: wanted256, got: "128-bit SIMD", why }, ...narrow.fallbacks] };
}

/** What keeps this engine from 256-bit SIMD, or `null`. */
function whyNo256(): string | null {
  const { process } = globalThis;
  if (!process?.getBuiltinModule?.("node:v8")) return "browsers do not offer it";
  const version = Number(process.versions.node.split(".")[0]);
  if (!(version >= 24)) return `it needs Node 24 or newer, and this is Node ${process.versions.node}`;
  return isSupported(variants.relaxed256) ? null : "this JavaScript engine has no relaxed SIMD";
}

/** The flag stays on where it is used: the engine compiles kernels anew, for speed, when they have run for a while. */
function setFlag(on: boolean): void {
  globalThis.process.getBuiltinModule("node:v8")?.setFlagsFromString(`--${on ? "" : "no-"}${flag}`);
}
