import type { OptionValues } from "@heed/core";
import type { TokenizerExtension } from "../define-tokenizer.js";
import type { Encoding, Tokenizer } from "../tokenizer.js";

/** How a tokenizer is trained and what its author promises. */
export interface TokenizerChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /**
   * What must be equal after encoding and decoding; default: the text in Unicode NFC, with single spaces. A tokenizer that
   * keeps all white space gives `(text) => text.normalize("NFC")`.
   */
  readonly restored?: (text: string) => string;
  /** Whether composed and decomposed characters have the same ids; default true. */
  readonly composes?: boolean;
  /** Whether tokens are parts of words, and a generator draws among several segmentations; default false. */
  readonly subwords?: boolean;
}

/** Sentences of many scripts, with combining marks, emoji, punctuation, and white space of all kinds. */
export const worldLines: readonly string[] = Object.freeze([
  "나는 학생이다.",
  "오늘은 6월 18일입니다!",
  "Tom이 왔다, 정말?",
  "I don't know, Tom.",
  "The cat sat on the mat; the cat slept.",
  "Grüße aus Köln!",
  "cafe\u0301 au lait",
  "안녕 👋🏽 세계",
  "👨‍👩‍👧 family",
  "今日は天気がいい。",
  "Привет, мир",
  "नमस्ते दुनिया",
  "مرحبا بالعالم",
  "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈",
  "3.14 and 2:30",
  "  two   spaces ",
  "a\tb\u00a0c",
  "aaaa aa a",
  "constructor __proto__ toString 1 10",
  "",
  " ",
]);

/** Characters that no line above has, a lone surrogate, and special tokens. */
export const strangeTexts: readonly string[] = [
  "ж☃ Ωμέγα",
  "\u{10fffd} x",
  "☃",
  "\ud800 a",
  "a <pad> b <sos> <eos> </s> <s> [CLS] <unk>",
  "<eos>",
  "\u0000\u200b\ufeff",
];

/** A tokenizer that was trained on its lines, each often enough to be known. */
export interface TokenizerTrial {
  readonly definition: TokenizerExtension;
  readonly lines: readonly string[];
  readonly given: TokenizerChecksOptions;
  readonly tokenizer: Tokenizer;
  train(lines?: Iterable<string>): Promise<Tokenizer>;
}

/** Trains a tokenizer. */
export async function makeTokenizerTrial(
  definition: TokenizerExtension,
  all: readonly string[],
  given: TokenizerChecksOptions,
): Promise<TokenizerTrial> {
  // A faulty tokenizer may change the lines: other checks must not see that.
  const lines = Object.freeze([...all]);
  const train = async (of: Iterable<string> = repeated(lines)): Promise<Tokenizer> =>
    await definition.train(of, { ...given.options });
  return { definition, lines, given, tokenizer: await train(), train };
}

/** Each line eight times, so that no token is too rare. */
export function repeated(lines: readonly string[]): readonly string[] {
  return Array.from({ length: 8 }, () => lines).flat();
}

/** Encodes all lines, or says which one throws. */
export function encodeAll(tokenizer: Tokenizer, lines: readonly string[]): Encoding[] {
  return lines.map((line) => tokenizer.encode(line));
}

/** The result of a function that may be asynchronous, or its error. */
export async function attemptAsync<T>(run: () => T | Promise<T>): Promise<T | Error> {
  try {
    return await run();
  } catch (error) {
    return error as Error;
  }
}

/** The result of a function, or its error. */
export function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
}

export const quote = (text: string): string => JSON.stringify(text);
