import type { PlantedFault } from "@heed/core/testing";
import { type Encoding, type TokenizerExtension, type TokenizerJSON, Vocabulary } from "../src/index.js";
import type { TokenizerChecksOptions } from "../src/testing/index.js";
import { define, encoded, healthy, isSpace, sampled } from "./broken-tokenizer.js";
import { moreTokenizerFaults, type TokenizerPlant } from "./more-tokenizer-faults.js";
import { subwordFaults } from "./subword-faults.js";

const seen: string[] = [];
const cache = new Map<string, Encoding>();
const stateful = /\p{L}/gu;
let last = "";

const exact: TokenizerChecksOptions = { restored: (text) => text.normalize("NFC") };

const row = (
  name: string,
  definition: TokenizerExtension,
  caughtBy: string | null,
  given: TokenizerChecksOptions = exact,
): PlantedFault<TokenizerPlant> => ({ name, plant: { definition, given }, caughtBy });

const training = "training depends on lines and options alone";
const specials = "the vocabulary has special tokens";
const lists = "ids, tokens and words agree";
const restores = "decoding restores the text";
const decode = "decoding stops at <eos> and leaves special tokens out";
const strange = "unknown and special text does no harm";
const repeats = "encoding repeats itself";
const random = "encoding with a generator is reproducible";
const long = "long lines are not cut";
const composed = "composed and decomposed text has the same ids";
const json = "reading the saved tokenizer changes nothing";
const damaged = "a damaged file is refused";
const options = "options are checked";

/** Tokenizers without a fault, and tokenizers with one. */
export const tokenizerFaults: readonly PlantedFault<TokenizerPlant>[] = [
  row("no fault", define({}), null),
  row("no fault: declared as not composing", define({ cut: (text) => Array.from(text) }), null, {
    composes: false,
    restored: (text) => text,
  }),
  row(
    "no fault: decoding that is declared to lose case",
    define({ cut: (text) => Array.from(text.normalize("NFC").toLowerCase()) }),
    null,
    {
      restored: (text) => text.normalize("NFC").toLowerCase(),
    },
  ),
  row(
    "a vocabulary in random order",
    define({
      train: (lines, cut) => Vocabulary.of([...new Set([...lines].flatMap(cut))].sort(() => Math.random() - 0.5)),
    }),
    training,
  ),
  row(
    "lines that are read twice",
    define({
      train: (lines, cut, { minFrequency }) => {
        const count = [...lines].length;
        const rest = [...lines];
        return healthy.train(rest.slice(0, count), cut, { minFrequency });
      },
    }),
    training,
  ),
  row(
    "lines of earlier trainings",
    define({
      train: (lines, cut, chosen) => {
        seen.push(...lines);
        return healthy.train(seen, cut, chosen);
      },
    }),
    training,
  ),
  row(
    "lines that are sorted in place",
    define({ train: (lines, cut, chosen) => healthy.train(Array.isArray(lines) ? lines.sort() : lines, cut, chosen) }),
    training,
  ),
  row("another name", { ...define({}), name: "other" } as TokenizerExtension, specials),
  row("maxLength of 0", define({}, { maxLength: 0 }), specials),
  row(
    "<eos> after each text",
    encoded(({ ids, ...rest }, _, { eosId }) => ({ ...rest, ids: [...ids, eosId] })),
    lists,
  ),
  row(
    "tokens without white space",
    encoded(({ tokens, ...rest }) => ({ ...rest, tokens: tokens.filter((token) => !isSpace(token)) })),
    lists,
  ),
  row(
    "ids counted from 1",
    encoded(({ ids, ...rest }) => ({ ...rest, ids: ids.map((id) => id + 1) })),
    lists,
  ),
  row("words counted from 1", define({ words: (tokens) => healthy.words(tokens).map((word) => word + 1) }), lists),
  row(
    "words that leave numbers out",
    define({ words: (tokens) => healthy.words(tokens).map((word) => 2 * word) }),
    lists,
  ),
  row("words that count down", define({ words: (tokens) => healthy.words(tokens).reverse() }), lists),
  row(
    "an empty token",
    define({
      cut: (text) => [...healthy.cut(text), ""],
      train: (lines) => healthy.train(lines, healthy.cut, { minFrequency: 1 }),
    }),
    lists,
  ),
  row(
    "rare characters that become <unk>",
    define({ train: (lines, cut) => healthy.train(lines, cut, { minFrequency: 9 }) }),
    lists,
  ),
  row(
    "UTF-16 units in place of code points",
    define({
      cut: (text) =>
        text
          .normalize("NFC")
          .split("")
          .filter((unit) => unit < "\ud800" || unit > "\udfff"),
    }),
    restores,
  ),
  row("white space lost", define({ cut: (text) => healthy.cut(text).filter((token) => !isSpace(token)) }), restores),
  row(
    "combining marks lost",
    define({ cut: (text) => Array.from(text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC")) }),
    restores,
  ),
  row(
    "joiners of emoji lost",
    define({ cut: (text) => healthy.cut(text).filter((token) => token !== "\u200d") }),
    restores,
  ),
  row(
    "letters outside of ASCII lost",
    define({ cut: (text) => healthy.cut(text).filter((token) => token < "\u0080") }),
    restores,
  ),
  row(
    "text in reverse order",
    define({ decode: (ids, vocabulary) => healthy.decode(Array.from(ids).reverse(), vocabulary) }),
    restores,
  ),
  row(
    "decoding that goes on after <eos>",
    define({
      decode: (ids, vocabulary) =>
        healthy.decode(
          Array.from(ids).filter((id) => !vocabulary.isSpecial(id)),
          vocabulary,
        ),
    }),
    decode,
  ),
  row(
    "decoding that writes special tokens",
    define({ decode: (ids, vocabulary) => vocabulary.decode(ids, { specials: true }).join("") }),
    decode,
  ),
  row("decoding that writes <unk>", define({ decode: (ids, vocabulary) => vocabulary.decode(ids).join("") }), decode),
  row(
    "decoding of arrays alone",
    define({ decode: (ids, vocabulary) => healthy.decode(Array.isArray(ids) ? ids : [], vocabulary) }),
    decode,
  ),
  row(
    "ids that decoding consumes",
    define({ decode: (ids, vocabulary) => healthy.decode((ids as number[]).splice?.(0) ?? ids, vocabulary) }),
    decode,
  ),
  row(
    "unknown ids that decoding skips",
    define({
      decode: (ids, vocabulary) =>
        healthy.decode(
          Array.from(ids).filter((id) => vocabulary.tokens[id] !== undefined),
          vocabulary,
        ),
    }),
    decode,
  ),
  row(
    "special tokens in a text that become special ids",
    encoded((encoding, text, { eosId }) =>
      text === "<eos>" ? { ids: [eosId], tokens: [text], words: [0] } : encoding,
    ),
    strange,
  ),
  row(
    "a crash at unknown characters",
    encoded((encoding, _, { unkId }) => {
      if (encoding.ids.includes(unkId!)) throw new TypeError("unknown");
      return encoding;
    }),
    strange,
  ),
  row(
    "unknown characters that are left out of the ids alone",
    encoded(({ ids, ...rest }, _, { unkId }) => ({ ...rest, ids: ids.filter((id) => id !== unkId) })),
    strange,
  ),
  row(
    "an id of unknown characters beyond the vocabulary",
    encoded(({ ids, ...rest }, _, { unkId, size }) => ({ ...rest, ids: ids.map((id) => (id === unkId ? size : id)) })),
    strange,
  ),
  row(
    "a regular expression with a state",
    define({ encode: (plain, text) => plain(stateful.test(text) ? text : `${text} `) }),
    repeats,
  ),
  row(
    "a text remembered from the call before",
    encoded((encoding, text) => {
      const same = last === text;
      last = text;
      return same ? { ids: [], tokens: [], words: [] } : encoding;
    }),
    repeats,
  ),
  row(
    "a cache whose results callers change",
    encoded((encoding, text, vocabulary) => {
      const key = `${vocabulary.size} ${text}`;
      const found = cache.get(key) ?? encoding;
      cache.set(key, found);
      return found;
    }),
    repeats,
  ),
  row(
    "sampling by Math.random",
    sampled(() => Math.random()),
    random,
  ),
  row(
    "sampling that loses text",
    sampled((generator) => generator.uniform()),
    random,
  ),
  row("lines cut after 512 tokens", define({ cut: (text) => healthy.cut(text).slice(0, 512) }), long),
  row(
    "a stack overflow for long lines",
    define({
      cut: (text) => {
        const tokens: string[] = [];
        tokens.push(...healthy.cut(text));
        return tokens;
      },
    }),
    long,
  ),
  row("no normalization", define({ cut: (text) => Array.from(text) }), composed),
  row("a file without a version", define({ json: ({ version: _, ...rest }) => rest as TokenizerJSON }), json),
  row(
    "a vocabulary that is sorted when it is read",
    define({ read: (saved) => Vocabulary.of([...Vocabulary.fromJSON(saved.vocabulary).tokens.slice(4)].sort()) }),
    json,
  ),
  row(
    "a file that lacks the last token",
    define({
      json: (saved) => ({
        ...saved,
        vocabulary: {
          ...(saved.vocabulary as object),
          tokens: (saved.vocabulary as { tokens: string[] }).tokens.slice(0, -1),
        },
      }),
    }),
    json,
  ),
  row(
    "a file whose values JSON cannot hold",
    define({
      json: (saved) => ({ ...saved, vocabulary: new Map([["tokens", 1]]) }),
      read: (saved) => (saved.vocabulary instanceof Map ? Vocabulary.of(["a"]) : Vocabulary.of([])),
    }),
    json,
  ),
  row(
    "a damaged file that gives an empty vocabulary",
    define({
      read: ({ vocabulary }) => {
        try {
          return Vocabulary.fromJSON(vocabulary);
        } catch {
          return Vocabulary.of([]);
        }
      },
    }),
    damaged,
  ),
  row(
    "a damaged file that gives a TypeError",
    define({
      read: ({ vocabulary }) =>
        Vocabulary.of((vocabulary as { tokens: string[] }).tokens.slice(4).map((token) => token.normalize())),
    }),
    damaged,
  ),
  row(
    "options that are not checked",
    { ...define({}), train: (lines: Iterable<string>) => define({}).train(lines, {}) } as TokenizerExtension,
    options,
  ),
  row(
    "an option that crashes",
    {
      ...define({}),
      train: (lines: Iterable<string>, given: Readonly<Record<string, unknown>>) => {
        if (given.minFrequency === null) throw new TypeError("null");
        return define({}).train(lines, given);
      },
    } as TokenizerExtension,
    options,
  ),
  ...moreTokenizerFaults,
  ...subwordFaults,
];
