import type { MetricInput } from "../define-metric.js";

/**
 * References: a corpus of several scripts, short ones, a single sentence, words that objects have as properties, and a
 * sentence that comes twice. No other sentence is a part of another one.
 */
export const corpora: readonly (readonly string[])[] = [
  [
    "The dog bit the man in the park .",
    "It was not unexpected at all , was it ?",
    "나는 어제 친구와 함께 학교에 갔다 .",
    "Grüße aus der schönen Stadt Köln !",
    "one two three four five six seven",
    "👋🏽 안녕 세계 , こんにちは 世界 。",
    "3.14 is less than 22 / 7 .",
  ],
  ["a b c d e f g h", "b a d c f e h g"],
  ["to be or not to be , that is the question"],
  ["constructor __proto__ toString 1 2 3", "the hasOwnProperty valueOf of x 10 4"],
  ["yes it is very good .", "yes it is very good .", "no that was not so bad ?"],
];

/** More sentences than a batch has. */
export const manyReferences: readonly string[] = Array.from(
  { length: 301 },
  (_, i) => `number ${i} of all ${7 * i} sentences .`,
);

/** The texts as a metric gets them: tokens between white space, and `<eos>`. */
export function inputOf(hypotheses: readonly string[], references: readonly string[]): MetricInput {
  const tokens = (lines: readonly string[]): string[][] =>
    lines.map((line) => [...line.split(/\s+/u).filter((token) => token !== ""), "<eos>"]);
  return {
    hypotheses: [...hypotheses],
    references: [...references],
    sources: references.map((_, i) => `source ${i}`),
    hypothesisTokens: tokens(hypotheses),
    referenceTokens: tokens(references),
  };
}

/** Freezes lists and their items, so that changing them throws. */
export function freeze(input: MetricInput): MetricInput {
  for (const list of Object.values(input) as (readonly unknown[])[]) {
    for (const item of list) Object.freeze(item);
    Object.freeze(list);
  }
  return Object.freeze(input);
}

/** Hypotheses with the faults of models, none of them empty. */
export function damaged(references: readonly string[]): Readonly<Record<string, string[]>> {
  const words = (change: (words: string[]) => string[]): string[] =>
    references.map((line) => change(line.split(" ")).join(" "));
  return {
    "perfect hypotheses": [...references],
    "hypotheses without their last word": words((line) => line.slice(0, -1)),
    "hypotheses without their first word": words((line) => line.slice(1)),
    "hypotheses of one word": words((line) => line.slice(0, 1)),
    "hypotheses in reverse order": words((line) => line.toReversed()),
    "hypotheses with a repeated word": words((line) => [...line, line.at(-1)!, line.at(-1)!]),
    "hypotheses written twice": words((line) => [...line, ...line]),
    "hypotheses of the first word alone": words((line) => line.map(() => line[0]!)),
    "hypotheses in upper case": words((line) => line.map((word) => word.toUpperCase())),
    "hypotheses of other sentences": [...references.slice(1), references[0]!],
    "hypotheses of unknown words": words((line) => line.map(() => "zzz")),
    "one wrong hypothesis": references.map((line, i) => (i === 0 ? "zzz zzz" : line)),
  };
}

/** Hypotheses that are empty, odd, or very long. */
export function oddHypotheses(references: readonly string[]): Readonly<Record<string, string[]>> {
  return {
    "empty hypotheses": references.map(() => ""),
    "an empty hypothesis": references.map((line, i) => (i === 0 ? "" : line)),
    "hypotheses of white space": references.map(() => " \t "),
    "hypotheses of one character": references.map(() => "x"),
    "hypotheses of punctuation": references.map(() => "… ?! \" ' — ."),
    "hypotheses of special tokens": references.map(() => "<unk> <pad> <eos>"),
    "hypotheses of a lone surrogate": references.map(() => "\ud800 a"),
    "hypotheses with words such as constructor": references.map(() => "constructor __proto__ toString hasOwnProperty"),
    "hypotheses of 3000 words": references.map((line) => `${line} `.repeat(300)),
  };
}
