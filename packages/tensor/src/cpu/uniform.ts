import type { TensorData } from "../dtype.js";

/** Numbers in [0, 1) from a counter, by MurmurHash3's finaliser (Appleby 2011). */
export function uniform(out: TensorData, seed: number): TensorData {
  for (let i = 0; i < out.length; i++) {
    let hash = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    out[i] = ((hash ^ (hash >>> 16)) >>> 8) * 2 ** -24;
  }
  return out;
}
