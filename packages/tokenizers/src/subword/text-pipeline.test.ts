import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textPipeline } from "./text-pipeline.js";

const forms = [
  ["syllables", "NFC"],
  ["jamo", "NFD"],
] as const;

describe.each(forms)("hangul: %s", (hangul, form) => {
  const { split, join, json } = textPipeline({ hangul });

  it("restores every text in Unicode NFC", () => {
    const hangulText = fc.string({
      unit: fc.constantFrom(..."가각힣ᄀ하ᅡᆨㄱ\u1113\ud7b0\ua960 ▁▂01e\u0301\u0323<0xEA>"),
    });
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), hangulText);
    fc.assert(
      fc.property(text, (value) => {
        expect(join(split(value))).toBe(value.normalize("NFC"));
      }),
    );
  });

  it("restores every code point, alone and between Hangul", () => {
    for (let code = 0; code < 0x110000; code += code < 0x10000 ? 1 : 0x101) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const text = `${String.fromCodePoint(code)}한${String.fromCodePoint(code)}ᄒ`;
      if (join(split(text)) !== text.normalize("NFC")) expect.fail(`U+${code.toString(16)}`);
    }
  });

  it("cuts at spaces, numbers and punctuation", () => {
    const pieces = ["▁값", "▁18", "월", "▁don", "'", "t", ",", "▁", "▁▂", "1", "."];
    expect(split("값 18월 don't,  ▁.")).toEqual(pieces.map((piece) => piece.normalize(form)));
    expect(split("")).toEqual([]);
  });

  it("names the form of Unicode in the file", () => {
    expect(json.normalizer).toMatchObject({ normalizers: [{ type: form }, {}, {}, {}, {}] });
  });
});
