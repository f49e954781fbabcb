/**
 * The numbers that inputs are made of, the same in every language: element i is `(u - 0.5) · scale`, where u is
 * `fmix32(i · 0x9E3779B9 + seed) >>> 8`, times 2⁻²⁴, in unsigned 32-bit arithmetic (MurmurHash3's finaliser).
 */
export function values(seed: number, size: number, scale: number): Float32Array {
  const out = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let hash = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    out[i] = (((hash ^ (hash >>> 16)) >>> 8) * 2 ** -24 - 0.5) * scale;
  }
  return out;
}
