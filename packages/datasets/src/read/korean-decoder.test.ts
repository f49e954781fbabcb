import { describe, expect, it } from "vitest";
import { KoreanDecoder } from "./korean-decoder.js";
import { textDecoder } from "./text-decoder.js";

const bytes = (hex: string) => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));

describe("KoreanDecoder", () => {
  it("has the characters of Windows-949 and no others", () => {
    let hash = 0x811c9dc5;
    let count = 0;
    for (let lead = 0x81; lead <= 0xfe; lead++) {
      for (let trail = 0x41; trail <= 0xfe; trail++) {
        let code = 0;
        try {
          code = new KoreanDecoder().decode(Uint8Array.of(lead, trail)).charCodeAt(0);
          count++;
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
        hash = Math.imul(hash ^ code, 0x01000193);
      }
    }
    // Count and FNV-1a hash of all pairs of bytes, decoded with Python's codec cp949.
    expect([count, hash >>> 0]).toEqual([17048, 462972010]);
  });

  it("decodes text in parts that end inside a character", () => {
    const decoder = new KoreanDecoder();
    const parts = ["8C 63 B0", "A1 41", "0A"].map((part) => decoder.decode(bytes(part), { stream: true }));
    expect([...parts, decoder.decode()]).toEqual(["똠", "가A", "\n", ""]);
  });

  it.each([
    ["a lone byte", "41 80"],
    ["a byte that never starts a character", "FF"],
    ["a pair that has no character", "C9 A1"],
    ["a character cut off at the end", "B0 A1 B0"],
  ])("refuses %s", (_, hex) => {
    expect(() => new KoreanDecoder().decode(bytes(hex))).toThrow(TypeError);
  });
});

describe("textDecoder", () => {
  it("decodes all Korean syllables, whatever the platform", () => {
    expect(textDecoder("windows-949").decode(bytes("8C 63 B9 E6 B0 A2 C7 CF"))).toBe("똠방각하");
  });

  it("decodes the quotes of windows-1252, whatever the platform", () => {
    expect(textDecoder("latin1").decode(bytes("93 6E E9 94 80 81"))).toBe("“né”€\x81");
  });

  it("names the label that was meant", () => {
    expect(() => textDecoder("cp949")).toThrow(
      'encoding must be a label of TextDecoder, got "cp949". Use "euc-kr". Common encodings: "utf-8", ',
    );
    expect(() => textDecoder("UTF_16")).toThrow('Use "utf-16le".');
    expect(() => textDecoder("shift-jiss")).toThrow('Did you mean "shift_jis"?');
  });
});
