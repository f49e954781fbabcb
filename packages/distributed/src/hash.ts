/** Returns a 32-bit hash of words: MurmurHash3 (Appleby 2011) without its tail. */
export function hashWords(words: Int32Array, seed = 0): number {
  let hash = seed;
  for (let i = 0; i < words.length; i++) {
    let word = Math.imul(words[i]!, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash ^= word;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= 4 * words.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The same of the UTF-16 code units of a text. */
export function hashText(text: string): number {
  return hashWords(Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
}
