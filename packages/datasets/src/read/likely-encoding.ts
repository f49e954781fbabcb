import { textDecoder } from "./text-decoder.js";

/** An encoding in which text could be written, and how to recognise text that was decoded with it. */
interface Candidate {
  readonly encoding: string;
  /** Characters of a language that uses the encoding; the frequent ones count twice, and capitals not at all. */
  readonly frequent: RegExp;
  readonly letters?: RegExp;
  /** Whether its letters stand beside ASCII letters; with several bytes a character, both occur. */
  readonly besideAscii: "always" | "never" | "sometimes";
}

const cyrillic = { frequent: /[оеаинтсрвл]/, letters: /[а-яё]/, besideAscii: "never" } as const;

// When two candidates have the same score, the first one is taken.
const candidates: readonly Candidate[] = [
  { encoding: "windows-1252", frequent: /[àáâãäåæçèéêëìíîïñòóôõöøœùúûüß]/i, besideAscii: "always" },
  { encoding: "windows-1250", frequent: /[áâăąćčçďéęěëíîłľĺňńóôöőŕřśšşťţúůüűýžźżßä]/i, besideAscii: "always" },
  { encoding: "windows-1254", frequent: /[çğıİöşüâ]/i, besideAscii: "always" },
  {
    encoding: "euc-kr",
    frequent: /[이다는을에가의고도를은하지한기로서아나사리어그자해인대시]/,
    letters: /[가-힣]/,
    besideAscii: "sometimes",
  },
  { encoding: "shift_jis", frequent: /[ぁ-んー]/, letters: /[ァ-ヶ\p{Script=Han}]/u, besideAscii: "sometimes" },
  { encoding: "euc-jp", frequent: /[ぁ-んー]/, letters: /[ァ-ヶ\p{Script=Han}]/u, besideAscii: "sometimes" },
  {
    encoding: "gb18030",
    frequent: /[的一是不了人我在有他这中大来上个国到说们为子和你地出]/,
    letters: /\p{Script=Han}/u,
    besideAscii: "sometimes",
  },
  {
    encoding: "big5",
    frequent: /[的一是不了人我在有他這中大來上個國到說們為子和你地出]/,
    letters: /\p{Script=Han}/u,
    besideAscii: "sometimes",
  },
  { encoding: "windows-1251", ...cyrillic },
  { encoding: "koi8-r", ...cyrillic },
  { encoding: "windows-1253", frequent: /[αοιετσνηυρ]/, letters: /[ά-ώ]/, besideAscii: "never" },
  { encoding: "windows-1255", frequent: /[יוהלארתבמש]/, letters: /[א-ת]/, besideAscii: "never" },
  { encoding: "windows-1256", frequent: /[اليمنوترهب]/, letters: /[\u0621-\u064a]/, besideAscii: "never" },
  { encoding: "windows-874", frequent: /[านรกอเงยลม่]/, letters: /\p{Script=Thai}/u, besideAscii: "never" },
];

const sampleBytes = 1 << 16;
const newline = 0x0a;

/**
 * Guesses the encoding of bytes that are not UTF-8.
 *
 * UTF-16 is recognised by its byte order mark or its zero bytes. `"utf-8"` means that most of the text is UTF-8 and a few
 * bytes are damaged. Other encodings are tried: the one whose text looks most like a language that uses it is returned. One
 * short line may mislead it.
 *
 * @param at - offset of the first byte that is not valid UTF-8
 * @returns the label of the encoding and the start of a line that it gives; undefined when no encoding fits
 */
export function likelyEncoding(bytes: Uint8Array, at: number): { encoding: string; example: string } | undefined {
  const utf16 = likelyUtf16(bytes);
  if (utf16 !== undefined) return { encoding: utf16, example: startOf(bytes, utf16) };
  const sample = bytes.subarray(bytes.subarray(0, at).lastIndexOf(newline) + 1).subarray(0, sampleBytes);
  if (isMostlyUtf8(bytes, at)) return { encoding: "utf-8", example: startOf(sample, "utf-8") };
  let best: { encoding: string; score: number } | undefined;
  for (const candidate of candidates) {
    const score = scoreOf(sample, candidate);
    if (score >= 0.5 && score > (best?.score ?? 0)) best = { encoding: candidate.encoding, score };
  }
  return best && { encoding: best.encoding, example: startOf(sample, best.encoding) };
}

/** Returns the start of the first line. */
function startOf(bytes: Uint8Array, encoding: string): string {
  // The encoding was tried already, so that decoding need not be strict; 240 bytes may end inside a character.
  const [line = ""] = new TextDecoder(encoding).decode(bytes.subarray(0, 240), { stream: true }).split(/\r?\n/);
  return Array.from(line).slice(0, 30).join("");
}

/** Returns the label of UTF-16 when the bytes start with its mark, or when most bytes at one parity are zero. */
export function likelyUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes.length % 2 === 1) return undefined;
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  // Spaces and line ends of any language have a zero byte.
  const most = Math.max(even, odd);
  if (most < 0.05 * sample.length || Math.min(even, odd) > 0.3 * most) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

function isMostlyUtf8(bytes: Uint8Array, at: number): boolean {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return true;
  const text = new TextDecoder().decode(bytes.subarray(Math.max(0, at - sampleBytes), at + sampleBytes));
  const damaged = text.match(/\ufffd/g)?.length ?? 0;
  const others = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return others >= 2 * damaged;
}

/** Returns the mean plausibility of the characters beyond ASCII, at most 1; 0 when the bytes cannot be decoded. */
function scoreOf(sample: Uint8Array, { encoding, frequent, letters, besideAscii }: Candidate): number {
  let text: string;
  try {
    // The sample may end inside a character.
    text = textDecoder(encoding).decode(sample, { stream: true });
  } catch {
    return 0;
  }
  let sum = 0;
  let count = 0;
  for (const { index, 0: character } of text.matchAll(/[^\0-\x7f]/gu)) {
    count++;
    if (/[\u2010-\u2026\u3000-\u3011\uff01-\uff5e€«»\xa0]/.test(character)) sum += 0.6;
    else if (/[\x80-\x9f\ue000-\uf8ff]/.test(character)) sum -= 1;
    else {
      const weight = frequent.test(character) ? 1 : letters?.test(character) ? 0.5 : 0;
      const beside = /[a-z]/i.test(`${text[index - 1] ?? ""}${text[index + 1] ?? ""}`);
      sum += besideAscii === "always" && !beside ? 0.4 * weight : besideAscii === "never" && beside ? 0 : weight;
    }
  }
  // A pair of bytes is some character in most encodings: one alone shows nothing.
  const enough = besideAscii === "always" ? 1 : 2;
  return count < enough ? 0 : (sum / count) * (besideAscii === "never" ? 0.9 : 1);
}
