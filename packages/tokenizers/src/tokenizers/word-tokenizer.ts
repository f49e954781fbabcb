import { defineWordLevel, type FrequencyOptions, frequencyOptions } from "../word-level.js";

/** Options of {@link wordTokenizer}. */
export interface WordTokenizerOptions extends FrequencyOptions {
  /** A BCP 47 language tag, such as `ko`. The default is `en`, never the machine's locale, so that all machines cut alike. */
  readonly locale: string;
}

/**
 * The definition of the tokenizer `word`: tokens are words, numbers and punctuation marks, by the Unicode rules for word
 * boundaries (UAX #29, `Intl.Segmenter`). It works for any language: Chinese, Japanese and Thai are cut with a dictionary.
 * Korean is cut at spaces, at punctuation, and between digits or Latin letters and Hangul; not into morphemes.
 *
 * `decode` puts spaces between words by simple rules. Encoding the result gives the same tokens for common text, but
 * spaces around dashes and single quotes, and between digits or Latin letters and Hangul, may differ from the original. The
 * rules are those of the Unicode version of the JavaScript engine.
 *
 * @example
 * const tokenizer = wordTokenizer.train(["오늘은 6월 18일입니다!"], { locale: "ko", minFrequency: 1 });
 * const { ids, tokens } = tokenizer.encode("오늘은 6월 18일입니다!");
 * console.log(tokens); // ["오늘은", "6", "월", "18", "일입니다", "!"]
 * console.log(tokenizer.decode(ids)); // "오늘은 6월 18일입니다!"
 */
export const wordTokenizer = defineWordLevel<WordTokenizerOptions>({
  name: "word",
  summary: "words, numbers and punctuation marks, by the Unicode rules of a language",
  maxLength: 50,
  options: {
    locale: {
      type: "string",
      default: "en",
      meaning: "Language of the text, a BCP 47 tag such as ko.",
      fault: localeFault,
    },
    ...frequencyOptions(2),
  },
  cutter({ locale }) {
    const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
    return (text) =>
      Array.from(segmenter.segment(text), ({ segment }) => segment).filter((segment) => visible.test(segment));
  },
  join: joinWords,
});

/** Any character but white space, control and format characters: a zero-width space is not a word. */
const visible = /[^\s\p{Cc}\p{Cf}]/u;

/** Checks a locale. The engine would silently replace one that it does not have by the machine's. */
function localeFault(value: unknown): string | undefined {
  const locale = value as string;
  const advice = `Give a BCP 47 language tag such as "ko", "en" or "de"; "en" has the general rules.`;
  try {
    if (Intl.Segmenter.supportedLocalesOf(locale).length > 0) return undefined;
  } catch {
    return `The locale ${JSON.stringify(locale)} is malformed. ${advice}`;
  }
  return `This JavaScript engine has no word rules for the locale ${JSON.stringify(locale)}. ${advice}`;
}

const closing = /^[\p{Pe}\p{Pf}.,!?;:…%~'·。、！？；：，．]$/u;
const opening = /^[\p{Ps}\p{Pi}¿¡$£€¥₩#@]$/u;
const joining = /^[-‐‑/_]$/u;
const unspaced =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー\\u3000-\\u303f\\uff00-\\uff65]";
/** Neighbours without a space: in scripts that have none; a Korean counter or particle (6월, Tom이); a time (2:30). */
const together = new RegExp(`${unspaced} ${unspaced}|[A-Za-z0-9)] \\p{Script=Hangul}|[0-9]: [0-9]`, "u");

/** Joins words with spaces, except at punctuation, at hyphens, and in scripts without spaces. */
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
