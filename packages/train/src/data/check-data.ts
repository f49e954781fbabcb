import { DataError } from "@heed/datasets";
import type { TextData } from "../config/data-schema.js";
import type { Sides, TokenizerChoice } from "./choose-tokenizers.js";
import { type EncodedSet, type Sample, sides } from "./encode-set.js";

/** Any character but white space, control and format characters. */
const visible = /[^\s\p{Cc}\p{Cf}]/u;

/**
 * Checks that a set has a pair with text on both sides. Pairs with an empty side are kept, but a model learns nothing from
 * such pairs alone, and nothing can be measured on them.
 *
 * @param what - the set, such as `data`
 * @throws DataError when there is no such pair
 */
export function assertText(samples: readonly Sample[], what: string): void {
  if (samples.some(({ source, target }) => visible.test(source) && visible.test(target))) return;
  if (samples.length === 0) {
    throw new DataError(`Expected pairs in the ${what}, got none: the input is empty. Check the files or the pairs.`);
  }
  throw nothingToLearn(what, samples.length, "Check the pairs and data.limit");
}

/**
 * Checks that a set has a pair with a token on both sides after those that are too long are left out.
 * @throws DataError when there is no such pair
 */
export function assertTokens({ pairs, name }: EncodedSet): void {
  for (let i = 0; i < pairs.length; i++) if (pairs.sourceLength(i) > 0 && pairs.targetLength(i) > 0) return;
  throw nothingToLearn(`${name} data`, pairs.length, "Check the pairs, data.maxLength and the tokenizers");
}

function nothingToLearn(what: string, count: number, advice: string): DataError {
  return new DataError(
    `No pair of the ${what} has a token on both sides (${count} in all): there is nothing to learn. ${advice}.`,
  );
}

/** What {@link assertKept} and {@link assertKnown} read of a configuration. */
interface Limits {
  readonly config: TextData;
  readonly choices: Sides<TokenizerChoice>;
  readonly maxLength: Sides<number>;
}

/**
 * Checks that most pairs are short enough.
 *
 * @param sets - the sets that were one set before they were split
 * @throws DataError when more than `data.maxDropped` of the pairs are left out, or all pairs of a set
 */
export function assertKept(sets: readonly EncodedSet[], { config, choices, maxLength }: Limits): void {
  const dropped = sum(sets, (set) => set.dropped);
  const total = dropped + sum(sets, ({ pairs }) => pairs.length);
  const tooMany = dropped / total > config.maxDropped;
  const emptied = sets.find((set) => set.dropped > 0 && set.pairs.length === 0);
  if (!tooMany && !emptied) return;
  const longest = { source: most(sets, "source"), target: most(sets, "target") };
  const names = sides.map((side) => choices[side].definition.name);
  const tokenizers = names[0] === names[1] ? `tokenizer is ${names[0]}` : `tokenizers are ${names.join(" and ")}`;
  const part = percent(dropped / total);
  const what = tooMany
    ? `${dropped} of ${total} ${sets.map(({ name }) => name).join(" and ")} pairs (${part})`
    : `All ${emptied?.dropped} ${emptied?.name} pairs`;
  const share = tooMany ? `; at most ${percent(config.maxDropped)} may be left out` : "";
  const allow = tooMany ? `, or allow it with data.maxDropped: ${roundUp(dropped / total)}` : "";
  throw new DataError(
    `${what} have ${beyond(maxLength)}${share}. The longest source has ${longest.source} tokens and the longest target ${longest.target}; the ${tokenizers}. Set data.maxLength to a larger number (${Math.max(longest.source, longest.target)} keeps every pair), choose a tokenizer that gives fewer tokens (data.tokenizer)${allow}.`,
  );
}

/**
 * Checks that the tokenizers know most training tokens.
 * @throws DataError when more than `data.maxUnknown` of the tokens of a side are unknown
 */
export function assertKnown(train: EncodedSet, sizes: Sides<number>, { config, choices }: Limits): void {
  for (const side of sides) {
    const [unknown, tokens] = [train.unknown[side], train.tokens[side]];
    if (tokens === 0 || unknown / tokens <= config.maxUnknown) continue;
    const { definition, options } = choices[side];
    const key = `data.${side}Tokenizer`;
    const { minFrequency, maxVocabulary } = options;
    const causes = [
      ...(typeof minFrequency === "number" && minFrequency > 1
        ? [`a token must occur ${minFrequency} times to be known (set ${key}.minFrequency: 1)`]
        : []),
      ...(maxVocabulary === undefined
        ? []
        : [`the vocabulary may have ${String(maxVocabulary)} tokens (set ${key}.maxVocabulary to a larger number)`]),
    ];
    const why = causes.length > 0 ? `, in which ${causes.join(", and ")}` : "";
    throw new DataError(
      `${unknown} of ${tokens} ${side} tokens of the training data are unknown (${percent(unknown / tokens)}); at most ${percent(config.maxUnknown)} may be. The vocabulary has ${sizes[side]} tokens. It was made by the tokenizer ${definition.name}${why}. Change its options, choose another tokenizer (such as ${key}.name: character), give more pairs, or allow it with data.maxUnknown: ${roundUp(unknown / tokens)}.`,
    );
  }
}

/** Describes what is too long. */
export function beyond({ source, target }: Sides<number>): string {
  return source === target
    ? `a side of more than ${source} tokens`
    : `more than ${source} source or ${target} target tokens`;
}

function most(sets: readonly EncodedSet[], side: keyof Sides<unknown>): number {
  return Math.max(...sets.map(({ longest }) => longest[side]));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Formats a share. */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** The next share with two decimals. */
function roundUp(share: number): number {
  return Math.ceil(100 * share) / 100;
}
