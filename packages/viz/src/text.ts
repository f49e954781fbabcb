import stringWidth from "string-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The user-perceived characters of a text: a Hangul syllable, or a letter with its combining marks, is one. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns that a text takes in a terminal: 2 for a Hangul syllable, 0 for a combining mark. */
export function columns(text: string): number {
  return stringWidth(text);
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

/**
 * Estimated width of a text in pixels. There is no canvas to measure with, and the reader's font is unknown: the
 * estimate is for a common sans-serif font, rather too wide than too narrow.
 */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const grapheme of graphemes(text)) {
    const width = columns(grapheme);
    if (width !== 1) em += width / 2;
    else if (/[ijlI.,:;'|!()[\]]/.test(grapheme)) em += 0.34;
    else if (/[mwMW@%]/.test(grapheme)) em += 0.9;
    else if (/[\p{Lu}<>=+_…]/u.test(grapheme)) em += 0.68;
    else em += 0.57;
  }
  return em * fontSize;
}

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

/** Fills a text with spaces on its left, up to a number of terminal columns. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columns(text))) + text;
}

/** Fills a text with spaces on its right, up to a number of terminal columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

/** Fills a text with spaces on both sides, up to a number of terminal columns. */
export function padCenter(text: string, width: number): string {
  const left = Math.max(0, (width - columns(text)) >> 1);
  return padEnd(" ".repeat(left) + text, width);
}
