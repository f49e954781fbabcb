/**
 * The code of each pair of bytes in EUC-KR as browsers know it (Windows-949), at `(lead − 0x81) · 190 + trail − 0x41`;
 * 0 where there is none.
 */
let table: Uint16Array | undefined;

const width = 190;
const indexOf = (lead: number, trail: number): number => (lead - 0x81) * width + trail - 0x41;

/** Tells whether the platform's decoder of `euc-kr` has all 11,172 syllables. Node's has the 2,350 of KS X 1001. */
export function knowsAllSyllables(): boolean {
  return new TextDecoder("euc-kr").decode(Uint8Array.of(0x81, 0x41)) === "갂";
}

/**
 * A strict decoder of EUC-KR with the syllables that Windows-949 adds. Its table is built from the platform's decoder,
 * which knows KS X 1001; the other syllables fill the free pairs of bytes in the order of Unicode.
 */
export class KoreanDecoder {
  #lead = 0;

  /** @throws TypeError when the bytes are not valid */
  decode(bytes: Uint8Array = new Uint8Array(), { stream = false }: { stream?: boolean } = {}): string {
    table ??= buildTable();
    const codes = new Uint16Array(bytes.length + 1);
    let count = 0;
    for (const byte of bytes) {
      if (this.#lead !== 0) {
        const code = byte >= 0x41 && byte <= 0xfe ? table[indexOf(this.#lead, byte)]! : 0;
        if (code === 0) throw new TypeError("The bytes are not valid EUC-KR.");
        codes[count++] = code;
        this.#lead = 0;
      } else if (byte < 0x80) codes[count++] = byte;
      else if (byte > 0x80 && byte < 0xff) this.#lead = byte;
      else throw new TypeError("The bytes are not valid EUC-KR.");
    }
    if (!stream && this.#lead !== 0) throw new TypeError("The last character is incomplete.");
    return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(codes.subarray(0, count));
  }
}

function buildTable(): Uint16Array {
  const codes = new Uint16Array(126 * width);
  const decoder = new TextDecoder("euc-kr");
  const standard = new Set<number>();
  for (let lead = 0xa1; lead <= 0xfe; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if (text.length !== 1 || /[\ufffd\ue000-\uf8ff]/.test(text)) continue;
      codes[indexOf(lead, trail)] = text.charCodeAt(0);
      standard.add(text.charCodeAt(0));
    }
  }
  codes[indexOf(0xa2, 0xe6)] = 0x20ac; // €, added in 1998
  codes[indexOf(0xa2, 0xe7)] = 0xae; // ®
  let syllable = 0xac00;
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    for (let trail = 0x41; trail <= (lead <= 0xa0 ? 0xfe : 0xa0); trail++) {
      if ((trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81)) continue;
      while (standard.has(syllable)) syllable++;
      if (syllable > 0xd7a3) return codes;
      codes[indexOf(lead, trail)] = syllable++;
    }
  }
  return codes;
}
