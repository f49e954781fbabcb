import { DataError } from "../data-error.js";
import type { Tokenizer } from "./tokenizer.js";

/** Options of {@link wordTokenizer}. */
export interface WordTokenizerOptions {
  /** a BCP 47 language tag, such as `ko`; default `en`, never the machine's, so that all machines cut alike */
  readonly locale?: string | undefined;
  /** lower-case by the rules of the locale; default false */
  readonly lowercase?: boolean | undefined;
}

/**
 * Words, numbers and punctuation marks, by the Unicode rules for word boundaries (UAX #29, `Intl.Segmenter`). Works for
 * any language, those without spaces included: Chinese, Japanese and Thai are cut by dictionary. Korean is cut
 * into eojeol, at spaces, punctuation, and between digits or Latin letters and Hangul; not into morphemes.
 *
 * `detokenize` is lossy: it puts spaces between words by simple rules, so `tokenize(detokenize(tokens))` gives the tokens
 * back for common text, but spacing around dashes and single quotes, and between digits or Latin letters and Hangul, may
 * differ from the original. The rules are those of the Unicode version that the JavaScript engine brings.
 *
 * @throws DataError where the locale is malformed or the engine has no rules for it
 * @example
 * const words = wordTokenizer({ locale: "ko" });
 * words.tokenize("오늘은 6월 18일입니다!"); // ["오늘은", "6", "월", "18", "일입니다", "!"]
 * words.detokenize(["오늘은", "6", "월", "18", "일입니다", "!"]); // "오늘은 6월 18일입니다!"
 */
export function wordTokenizer({ locale = "en", lowercase = false }: WordTokenizerOptions = {}): Tokenizer {
  checkLocale(locale);
  const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
  return {
    name: "word",
    config: { name: "word", locale, lowercase },
    tokenize(text) {
      const cased = lowercase ? text.toLocaleLowerCase(locale) : text;
      return Array.from(segmenter.segment(cased.normalize("NFC")), ({ segment }) => segment).filter((segment) =>
        visible.test(segment),
      );
    },
    detokenize: joinWords,
  };
}

/** Anything but white space, control and format characters: a zero-width space is no word. */
const visible = /[^\s\p{Cc}\p{Cf}]/u;

/** An unknown locale would silently become the machine's. */
function checkLocale(locale: string): void {
  const advice = `Give a BCP 47 language tag such as "ko", "en" or "de"; "en" has the general rules.`;
  let supported: string[];
  try {
    supported = Intl.Segmenter.supportedLocalesOf(locale);
  } catch (error) {
    throw new DataError(`The locale ${JSON.stringify(locale)} is malformed. ${advice}`, { cause: error });
  }
  if (supported.length === 0) {
    throw new DataError(`There are no word rules for the locale ${JSON.stringify(locale)} here. ${advice}`);
  }
}

const closing = /^[\p{Pe}\p{Pf}.,!?;:…%~'·。、！？；：，．]$/u;
const opening = /^[\p{Ps}\p{Pi}¿¡$£€¥₩#@]$/u;
const joining = /^[-‐‑/_]$/u;
const unspaced =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー\\u3000-\\u303f\\uff00-\\uff65]";
/** Neighbours without a space: in scripts that have none; a Korean counter or particle (6월, Tom이); a time (2:30). */
const together = new RegExp(`${unspaced} ${unspaced}|[A-Za-z0-9)] \\p{Script=Hangul}|[0-9]: [0-9]`, "u");

/** Words with spaces between them, but for punctuation, for hyphens, and for scripts without spaces. */
function joinWords(tokens: readonly string[]): string {
  let text = "";
  let quoting = false;
  let glued = true; // nothing comes between the text so far and the next token
  for (const token of tokens) {
    const closes = closing.test(token) || (token === '"' && quoting);
    const joins = joining.test(token);
    const spaced = `${text.slice(-2)} ${token}`;
    text += glued || closes || joins || together.test(spaced) ? token : ` ${token}`;
    glued = joins || opening.test(token) || (token === '"' && !quoting);
    if (token === '"') quoting = !quoting;
  }
  return text;
}
