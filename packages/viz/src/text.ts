const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The user-perceived characters of a text: a Hangul syllable, or a letter with its combining marks, is one. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * A token as it can be shown: Hangul composed (NFC), leading and trailing spaces as `␣`, control characters as
 * their pictures (`␊`). What would break XML, or could command a terminal, never reaches an output.
 */
export function displayText(text: string): string {
  return text
    .normalize("NFC")
    .replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length))
    .replace(/\p{Cc}/gu, (control) => (control < " " ? String.fromCharCode(0x2400 + control.charCodeAt(0)) : "\ufffd"))
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[\u2028-\u202e\u2066-\u2069]/g, ""); // line separators, and marks that turn the direction of what follows
}

/** A character about as wide as it is high: of China, Japan or Korea, or an emoji. */
const WIDE =
  /[\p{sc=Hangul}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Tangut}\p{Emoji_Presentation}\u3000-\u33ff\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}\p{C}]+$/u;

/**
 * Estimated width of a text in pixels. There is no canvas to measure with, and the reader's font is unknown: the
 * estimate is for a common sans-serif font, rather too wide than too narrow.
 */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const grapheme of graphemes(text)) {
    if (INVISIBLE.test(grapheme)) continue;
    if (WIDE.test(grapheme)) em += 1;
    else if (/[ijlI.,:;'|!()[\]]/.test(grapheme)) em += 0.34;
    else if (/[mwMW@%]/.test(grapheme)) em += 0.9;
    else if (/[\p{Lu}<>=+_…]/u.test(grapheme)) em += 0.68;
    else em += /\p{Mc}/u.test(grapheme) ? 1 : 0.57; // vowel signs of India stand beside their letter
  }
  return em * fontSize;
}

/** How much wider bold text is than the estimate: the faces for some scripts are wide. */
export const BOLD = 1.15;

/** Shortens a text to a limit in whatever unit `measure` counts; `…` stands for what was left out. */
export function truncate(text: string, limit: number, measure: (text: string) => number): string {
  if (measure(text) <= limit) return text;
  let kept = "";
  for (const grapheme of graphemes(text)) {
    if (measure(`${kept}${grapheme}…`) > limit) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

/** Breaks a text at its spaces into lines no wider than `limit`; a word that is wider alone is shortened. */
export function wrap(text: string, limit: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(joined) <= limit) lines[lines.length - 1] = joined;
    else lines.push(truncate(word, limit, measure));
  }
  return lines;
}

/** Text as it stands in XML and HTML, in content and in attributes. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
