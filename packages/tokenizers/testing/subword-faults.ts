import type { Random } from "@heed/core";
import type { PlantedFault } from "@heed/core/testing";
import { type TokenizerExtension, Vocabulary } from "../src/index.js";
import { define, healthy, type Parts } from "./broken-tokenizer.js";
import type { TokenizerPlant } from "./more-tokenizer-faults.js";

/** Parts of a tokenizer of pairs of characters. */
const pairs: Partial<Parts> = {
  cut: (text) => text.normalize("NFC").match(/\s|\S{1,2}/gu) ?? [],
  train: (lines, cut) => Vocabulary.build(Array.from(lines, (line) => [...cut(line), ...healthy.cut(line)])),
};

/** Splits the pairs for which `splits` returns true, when a generator is given. */
const splitting = (
  splits: (random: Random) => boolean,
  words: (tokens: readonly string[]) => number[] = healthy.words,
): TokenizerExtension =>
  define({
    ...pairs,
    encode(plain, text, { random }, vocabulary) {
      const whole = plain(text);
      if (!random) return { ...whole, words: words(whole.tokens) };
      const tokens = whole.tokens.flatMap((token) => (splits(random) ? Array.from(token) : [token]));
      return { ids: vocabulary.encode(tokens), tokens, words: words(tokens) };
    },
  });

const half = (random: Random): boolean => random.uniform() < 0.5;

const row = (name: string, definition: TokenizerExtension, caughtBy: string | null): PlantedFault<TokenizerPlant> => ({
  ...{ name, caughtBy },
  plant: { definition, given: { subwords: true } },
});

const subwords = "a generator draws parts of the same words";

/** Tokenizers of parts of words. */
export const subwordFaults: readonly PlantedFault<TokenizerPlant>[] = [
  row("no fault: pairs of characters that are split at random", splitting(half), null),
  row("a generator that is ignored", define(pairs), subwords),
  row(
    "the same segmentation from every generator",
    splitting(() => true),
    subwords,
  ),
  row(
    "tokens that are counted as words",
    splitting(half, (tokens) => tokens.map((_, i) => i)),
    subwords,
  ),
];
