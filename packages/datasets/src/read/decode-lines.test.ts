import { describe, expect, it } from "vitest";
import { DataError } from "../data-error.js";
import { textLimits } from "../limits.js";
import { decodeLines } from "./decode-lines.js";

const encode = (text: string) => new TextEncoder().encode(text);
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);

/** Returns the message of the error of decoding. */
function messageOf(content: Uint8Array, encoding?: string): string {
  try {
    decodeLines(content, "a.ko", encoding);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as Error).message;
  }
  throw new Error("Decoding did not fail.");
}

describe("decodeLines", () => {
  it("puts lines together that stand in several parts of a large file", () => {
    // Characters of three bytes, so that the parts of 16 MiB end inside one.
    const line = "가".repeat(999_000);
    const lines = decodeLines(encode(`${`${line}\r\n`.repeat(6)}${line}a`), "large");
    expect(lines.map(({ length }) => length)).toEqual([...new Array(6).fill(999_000), 999_001]);
    expect(lines.every((text) => text.startsWith(line))).toBe(true);
  });

  it("refuses a longer line than the limit, with its number", () => {
    const longest = "x".repeat(textLimits.lineLength);
    expect(decodeLines(encode(`a\n${longest}\n${longest}`), "a")).toHaveLength(3);
    for (const text of [`a\n${longest}x\n`, `a\n${longest}x`, `a\n${longest.repeat(40)}`]) {
      expect(messageOf(encode(text))).toMatch(
        /^a\.ko:2: expected a line of at most 1000000 characters, got a longer one\./,
      );
    }
  });

  it("refuses more lines than the limit", () => {
    expect(messageOf(new Uint8Array(textLimits.lines + 1).fill(10))).toBe(
      "a.ko: expected at most 20000000 lines, got more. Split the file.",
    );
  });

  it("reads UTF-16 with and without a byte order mark", () => {
    // U+0A0A has two bytes that look like line feeds.
    expect(decodeLines(utf16("\ufeff가\u0a0a나\r\n다"), "a", "utf-16le")).toEqual(["가\u0a0a나", "다"]);
    expect(decodeLines(utf16("a\nb\n"), "a", "utf-16le")).toEqual(["a", "b"]);
  });
});

describe("the error of bytes that are not UTF-8", () => {
  it.each([
    [
      "stray",
      Uint8Array.of(...encode("가나\n다"), 0xff, ...encode("라\n")),
      "a.ko:2: not valid UTF-8: byte 0xFF at offset 10.",
    ],
    // 가 is EA B0 80: cut after two bytes, its start is the place.
    [
      "cut",
      Uint8Array.of(0xef, 0xbb, 0xbf, ...encode("a\nbc"), 0xea, 0xb0, 0x0a),
      "a.ko:2: not valid UTF-8: byte 0xEA at offset 7.",
    ],
    ["behind the mark", Uint8Array.of(0xef, 0xbb, 0xbf, 0xff), "a.ko:1: not valid UTF-8: byte 0xFF at offset 3."],
    ["at the end", Uint8Array.of(0x61, 0x0a, 0x61, 0xea), "a.ko:2: not valid UTF-8: byte 0xEA at offset 3."],
  ])("names the place: %s", (_, content, message) => {
    expect(messageOf(content)).toContain(message);
  });

  it("names the place in a large file", () => {
    // A fault at the border of the parts of 64 KiB in which it is looked for.
    for (const length of [21_844, 21_845, 21_846]) {
      const text = encode(`a\n${"가".repeat(length)}`);
      const message = messageOf(Uint8Array.of(...text.subarray(0, -1), ...encode("\n나")));
      expect(message).toContain(`a.ko:2: not valid UTF-8: byte 0xEA at offset ${text.length - 3}.`);
    }
  });

  it("says that only a line is damaged", () => {
    const message = messageOf(Uint8Array.of(...encode("가나다\n라"), 0xb0, ...encode("마\n")));
    expect(message).toMatch(/Most of the file is UTF-8: correct this line\.$/);
  });

  it("lists encodings when none fits", () => {
    expect(messageOf(Uint8Array.of(0x61, 0x81, 0xff, 0x81, 0xff))).toMatch(
      /Save the file as UTF-8, or set `encoding` to the encoding of the file, such as utf-16le, euc-kr, /,
    );
  });

  it.each([
    ["euc-kr", "b9bab0a120c7d8bab8c0da21", "뭔가 해보자!"],
    ["euc-kr", "c0dabedf20c7d5b4cfb4d92e20b1d7b0cdc0ba20b9abbef9c0d4b4cfb1ee3f", "자야 합니다. 그것은 무엇입니까?"],
    ["euc-kr", "b3aab4c220beeec1a620c7d0b1b3bfa120b0acb4d92e", "나는 어제 학교에 갔다."],
    ["shift_jis", "82b182ea82cd967b82c582b78142", "これは本です。"],
    ["shift_jis", "938c8b9e82d68d7382ab82dc82b582bd8142", "東京へ行きました。"],
    ["shift_jis", "96be93fa82cd894a82aa8d7e82e982c582b582e582a48142", "明日は雨が降るでしょう。"],
    ["euc-jp", "a4b3a4eca4cfcbdca4c7a4b9a1a3", "これは本です。"],
    ["euc-jp", "c5ecb5fea4d8b9d4a4ada4dea4b7a4bfa1a3", "東京へ行きました。"],
    ["gb18030", "ced2b2bbd6aab5c0c4e3d4dacbb5cab2c3b4a1a3", "我不知道你在说什么。"],
    ["gb18030", "cbfbd7f2ccecc8a5c1cbd6d0b9fab5c4b1b1bea9a1a3", "他昨天去了中国的北京。"],
    ["big5", "a7daa4a3aabeb944a741a662bba1a4b0bbf2a143", "我不知道你在說什麼。"],
    ["big5", "a54cac51a4d1a568a446a4a4b0eaaabaa55fa8caa143", "他昨天去了中國的北京。"],
    [
      "windows-1252",
      "496c20612064e96ae0206d616e67e920e0206c612063616e74696e652c2063926573742073fb722e",
      "Il a déjà mangé à la cantine, c’est sûr.",
    ],
    [
      "windows-1252",
      "4469652053747261df65206973742066fc72204675df67e46e6765722067657370657272742e",
      "Die Straße ist für Fußgänger gesperrt.",
    ],
    [
      "windows-1250",
      "4e6965207769656d2c20636f20706f776965647a6965e62e2057737a797363792073b9207a6dea637a656e692e",
      "Nie wiem, co powiedzieć. Wszyscy są zmęczeni.",
    ],
    ["windows-1250", "447a699c2062ea647a696520b361646e6120706f676f64612e", "Dziś będzie ładna pogoda."],
    ["windows-1254", "427567fc6e206861766120e76f6b2067fc7a656c206465f0696c206d693f", "Bugün hava çok güzel değil mi?"],
    [
      "windows-1254",
      "596172fd6e20dd7374616e62756c276120676964656365f0697a2c20fe696d646920e7616cfdfefd796f72756d2e",
      "Yarın İstanbul'a gideceğiz, şimdi çalışıyorum.",
    ],
    ["windows-1251", "df20ede520e7ede0fe2c20f7f2ee20f1eae0e7e0f2fc2e", "Я не знаю, что сказать."],
    ["windows-1251", "c7e0e2f2f0e020e1f3e4e5f220f5eef0eef8e0ff20efeee3eee4e02e", "Завтра будет хорошая погода."],
    ["koi8-r", "f120cec520dacec1c02c20ded4cf20d3cbc1dac1d4d82e", "Я не знаю, что сказать."],
    ["koi8-r", "fac1d7d4d2c120c2d5c4c5d420c8cfd2cfdbc1d120d0cfc7cfc4c12e", "Завтра будет хорошая погода."],
    ["windows-1253", "c4e5ed20eeddf1f920f4e920ede120f0f92e", "Δεν ξέρω τι να πω."],
    ["windows-1253", "c1fdf1e9ef20e8e120eadcede5e920eae1ebfc20eae1e9f1fc2e", "Αύριο θα κάνει καλό καιρό."],
    ["windows-1255", "e0f0e920ece020e9e5e3f220eee420ece5eef82e", "אני לא יודע מה לומר."],
    ["windows-1256", "e1c720c3dad1dd20e3c7d0c720c3dee6e12e", "لا أعرف ماذا أقول."],
    ["windows-874", "a9d1b9e4c1e8c3d9e9a8d0bed9b4cdd0e4c3", "ฉันไม่รู้จะพูดอะไร"],
    ["utf-16le", "98b094b2200059d5ddc074c7e4b22e00", "나는 학생이다."],
    ["utf-16le", "50bb74d53f00", "뭐해?"],
  ])("names the likely encoding: %s %s", (encoding, hex, text) => {
    // A first line that is ASCII, and a last line that is cut off.
    const content = Uint8Array.of(...(encoding === "utf-16le" ? [] : encode("1\n")), ...bytes(hex));
    expect(messageOf(content)).toContain(`The encoding is probably ${encoding}, which gives `);
    expect(messageOf(content)).toContain(`set \`encoding: ${encoding}\`.`);
    expect(decodeLines(content, "a.ko", encoding).at(-1)).toBe(text);
  });

  it("recognises UTF-16 by its mark, and English in it by zero bytes", () => {
    expect(messageOf(utf16("\ufeff가"))).toContain('probably utf-16le, which gives "가"');
    expect(messageOf(Uint8Array.of(0xfe, 0xff, 0xac, 0))).toContain('probably utf-16be, which gives "가"');
    expect(messageOf(utf16("What is it?\nNo."))).toMatch(
      /^a\.ko:1: not valid UTF-8: byte 0x00 at offset 1\. .*probably utf-16le, which gives "What is it\?"/,
    );
    expect(decodeLines(encode("a\0b"), "a.ko")).toEqual(["a\0b"]);
  });
});

describe("the error of bytes that are not in the chosen encoding", () => {
  it("says that the file is UTF-8", () => {
    expect(messageOf(encode("a\n가나다라마"), "euc-kr")).toMatch(
      /^a\.ko:2: not valid euc-kr: byte 0x\w\w at offset \d+\. The file is valid UTF-8: set `encoding: utf-8`\.$/,
    );
  });

  it("names the likely encoding, but not the chosen one", () => {
    expect(messageOf(bytes("82b182ea82cd967b82c582b78142"), "euc-jp")).toContain("set `encoding: shift_jis`");
    const damaged = bytes("b3aab4c220c7d0bbfdc0ccb4d92eff0a");
    expect(messageOf(damaged, "ks_c_5601-1987")).toMatch(/offset 14\. Save the file as UTF-8, or set `encoding`/);
  });
});
