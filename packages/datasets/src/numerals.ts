/** A language in which numbers are written out. */
export type NumeralLanguage = "korean" | "english";

/** A word of a number, and the positions of the digits that it stands for, from 0, in ascending order. */
export interface NumeralWord {
  readonly word: string;
  readonly digits: readonly number[];
}

const koreanDigits = Array.from("영일이삼사오육칠팔구");
const koreanUnits = ["", "십", "백", "천"];

const ones =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** Returns the words that numbers of at most `maxDigits` digits are written with. */
export function wordsOfLanguage(language: NumeralLanguage, maxDigits: number): string[] {
  if (language === "korean") return [...koreanDigits, ...koreanUnits.slice(1, maxDigits)];
  return [
    ...ones.slice(0, maxDigits === 1 ? 10 : 20),
    ...(maxDigits > 1 ? tens : []),
    ...["hundred", "thousand"].slice(0, Math.max(0, maxDigits - 2)),
  ];
}

/**
 * Writes a number of one to four digits in words: Sino-Korean with a syllable for each word, in which 일 is left out before
 * 십, 백 and 천; or English without "and".
 *
 * @param number - digits without leading zeros
 */
export function numeralWords(number: string, language: NumeralLanguage): NumeralWord[] {
  return language === "korean" ? korean(number) : english(number);
}

function korean(number: string): NumeralWord[] {
  if (number === "0") return [{ word: "영", digits: [0] }];
  return Array.from(number).flatMap((digit, at) => {
    const place = number.length - 1 - at;
    if (digit === "0") return [];
    const words = [
      ...(digit === "1" && place > 0 ? [] : [koreanDigits[Number(digit)]!]),
      ...(place > 0 ? [koreanUnits[place]!] : []),
    ];
    return words.map((word) => ({ word, digits: [at] }));
  });
}

function english(number: string): NumeralWord[] {
  if (number === "0") return [{ word: "zero", digits: [0] }];
  const words: NumeralWord[] = [];
  for (let at = 0; at < number.length; at++) {
    const [digit, place] = [Number(number[at]), number.length - 1 - at];
    if (place === 1 && digit === 1) {
      words.push({ word: ones[10 + Number(number[at + 1])]!, digits: [at, at + 1] });
      break;
    }
    if (digit === 0) continue;
    words.push({ word: place === 1 ? tens[digit - 2]! : ones[digit]!, digits: [at] });
    if (place > 1) words.push({ word: place === 2 ? "hundred" : "thousand", digits: [at] });
  }
  return words;
}
