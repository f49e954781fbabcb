import { defineTask } from "../define-task.js";
import { type NumeralLanguage, numeralWords, wordsOfLanguage } from "../numerals.js";
import { TargetWriter } from "../target-writer.js";

interface NumeralsOptions {
  readonly language: "both" | NumeralLanguage;
  readonly maxDigits: number;
}

const digits = Array.from("0123456789");
const languages = ["korean", "english"] as const;
const wanted = { digits: "digits:", korean: "korean:", english: "english:" } as const;

/**
 * The definition of the task `numerals`: numbers from 0 to 9,999 from digits to words or back; the first token says what is
 * wanted: `korean: 1 2 0 3` → `천 이 백 삼`, `digits: forty two` → `4 2`. Numbers of one to four digits are equally
 * frequent.
 *
 * A word is aligned with the digit that it stands for, `fifteen` with both digits, and a digit with all of its words. A zero
 * without a word is aligned with the next word, or with the last one.
 */
export const numeralsTask = defineTask<NumeralsOptions>({
  name: "numerals",
  summary: "numbers between digits and words, in Korean and English",
  options: {
    language: {
      type: "string",
      choices: ["both", ...languages],
      default: "both",
      meaning: "Language of the words: korean, english, or both.",
    },
    maxDigits: {
      type: "integer",
      minimum: 1,
      maximum: 4,
      default: 4,
      meaning: "Largest number of digits in a number.",
    },
  },
  vocabulary({ language, maxDigits }) {
    const used = languages.filter((each) => language === "both" || language === each);
    const words = used.flatMap((each) => wordsOfLanguage(each, maxDigits));
    return {
      source: [...used.map((each) => wanted[each]), wanted.digits, ...digits, ...words],
      target: [...digits, ...words],
    };
  },
  sample(random, { language, maxDigits }) {
    const used = language === "both" ? languages[random.integer(0, 2)]! : language;
    const toDigits = random.integer(0, 2) === 0;
    const length = random.integer(1, maxDigits + 1);
    const number = Array.from(String(random.integer(length === 1 ? 0 : 10 ** (length - 1), 10 ** length)));
    const words = numeralWords(number.join(""), used);
    const writer = new TargetWriter();
    if (!toDigits) {
      for (const { word, digits } of words)
        writer.write(
          [word],
          digits.map((at) => at + 1),
        );
      return { source: [wanted[used], ...number], target: writer.target, alignment: writer.alignment };
    }
    for (const [at, digit] of number.entries()) {
      const own = Array.from(words.keys()).filter((i) => words[i]!.digits.includes(at));
      const next = words.findIndex(({ digits }) => digits[0]! > at);
      const links = own.length > 0 ? own : [next < 0 ? words.length - 1 : next];
      writer.write(
        digit,
        links.map((i) => i + 1),
      );
    }
    return {
      source: [wanted.digits, ...words.map(({ word }) => word)],
      target: writer.target,
      alignment: writer.alignment,
    };
  },
});
