import type { PlantedFault } from "@heed/core/testing";
import {
  defineTokenizer,
  type Encoding,
  type Tokenizer,
  TokenizerError,
  type TokenizerExtension,
  tokenizerFormat,
  Vocabulary,
} from "../src/index.js";
import type { TokenizerChecksOptions } from "../src/testing/index.js";
import { define, encoded } from "./broken-tokenizer.js";

/** A plant, and how it is declared. */
export interface TokenizerPlant {
  readonly definition: TokenizerExtension;
  readonly given: TokenizerChecksOptions;
}

const row = (name: string, definition: TokenizerExtension, caughtBy: string | null): PlantedFault<TokenizerPlant> => ({
  ...{ name, caughtBy },
  plant: { definition, given: {} },
});

const training = "training depends on lines and options alone";
const restores = "decoding restores the text";
const decode = "decoding stops at <eos> and leaves special tokens out";
const strange = "unknown and special text does no harm";
const repeats = "encoding repeats itself";
const json = "reading the saved tokenizer changes nothing";

const byText = new Map<string, Encoding>();
const letter = /\S/gu;

/** Changes the ids before they are decoded. */
const decoded = (change: (ids: number[], vocabulary: Vocabulary) => number[]): TokenizerExtension =>
  define({
    decode: (ids, vocabulary) =>
      vocabulary
        .decode(change(Array.from(ids), vocabulary))
        .filter((token) => token !== "<unk>")
        .join(""),
  });

/** Counts in an object, which has properties of its own. */
function countInObject(sentences: readonly string[][]): Vocabulary {
  const counts: Record<string, number> = {};
  for (const token of sentences.flat()) counts[token] = (counts[token] ?? 0) + 1;
  return Vocabulary.of(Object.keys(counts).filter((token) => counts[token]! >= 1));
}

/** Characters, or the bytes of those that are not in the vocabulary. */
function bytesOf(vocabulary: Vocabulary): Tokenizer {
  const known = (token: string): boolean => vocabulary.has(token) && !/^<\w+>$/.test(token);
  const encoder = new TextEncoder();
  return {
    name: "planted",
    vocabulary,
    encode(text) {
      const tokens = Array.from(text.normalize("NFC")).flatMap((token) =>
        known(token) ? [token] : Array.from(encoder.encode(token), (byte) => bytes[byte]!),
      );
      return { ids: vocabulary.encode(tokens), tokens, words: tokens.map(() => 0) };
    },
    decode(ids) {
      const all = vocabulary.decode(ids).flatMap((token) => {
        const byte = bytes.indexOf(token);
        return byte < 0 ? [...encoder.encode(token)] : [byte];
      });
      return new TextDecoder().decode(Uint8Array.from(all));
    },
    toJSON: () => ({ ...tokenizerFormat, name: "planted", vocabulary: vocabulary.toJSON() }),
  };
}

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16)}>`);

const byteFallback = defineTokenizer({
  name: "planted",
  summary: "a test",
  options: {},
  maxLength: 100,
  train: (lines) => {
    const characters = new Set(Array.from(lines, (line) => Array.from(line.normalize("NFC"))).flat());
    return bytesOf(Vocabulary.of([...bytes, ...[...characters].sort()], { unknown: false }));
  },
  fromJSON(saved) {
    const vocabulary = Vocabulary.fromJSON(saved.vocabulary);
    if (bytes.every((byte) => vocabulary.has(byte))) return bytesOf(vocabulary);
    throw new TokenizerError("The vocabulary must have all bytes.");
  },
});

/** A tokenizer whose option is not saved. */
const optionLost: TokenizerExtension = defineTokenizer<{ lower: boolean }>({
  name: "planted",
  summary: "a test",
  options: { lower: { type: "boolean", default: false, meaning: "Whether text becomes lower case." } },
  maxLength: 100,
  train: (lines, { lower }) => {
    const cut = (text: string): string[] =>
      Array.from(lower ? text.toLowerCase() : text).map((part) => part.normalize());
    return define({ cut: (text) => cut(text.normalize("NFC")) }).train(lines, {});
  },
  fromJSON: (saved) => define({}).fromJSON(saved),
});

/** More tokenizers without a fault, and with one. */
export const moreTokenizerFaults: readonly PlantedFault<TokenizerPlant>[] = [
  row("no fault: bytes of unknown characters", byteFallback, null),
  row(
    "a list of lines that is sorted",
    define({ train: (lines, cut) => Vocabulary.build(trySort(lines).map(cut)) }),
    training,
  ),
  row(
    "an order of tokens that depends on the locale",
    define({
      train: (lines, cut) =>
        Vocabulary.of([...new Set([...lines].flatMap(cut))].sort((a, b) => a.localeCompare(b) || (a < b ? -1 : 1))),
    }),
    training,
  ),
  row(
    "the first 150 lines",
    define({ train: (lines, cut) => Vocabulary.build(Array.from(lines).slice(0, 150).map(cut)) }),
    training,
  ),
  row(
    "encodings that all tokenizers share",
    encoded((encoding, text) => {
      if (!byText.has(text)) byText.set(text, structuredClone(encoding));
      return structuredClone(byText.get(text)!);
    }),
    training,
  ),
  row(
    "text that is decoded in decomposed form",
    define({ cut: (text) => Array.from(text.normalize("NFD")) }),
    restores,
  ),
  row(
    "halves of characters",
    define({ cut: (text) => text.normalize("NFC").split("") }),
    "ids, tokens and words agree",
  ),
  row(
    "tokens that are counted in an object",
    define({
      cut: (text) =>
        text
          .normalize("NFC")
          .split(/(?=\s)|(?<=\s)/u)
          .filter(Boolean),
      train: (lines, cut) => countInObject(Array.from(lines, cut)),
    }),
    "ids, tokens and words agree",
  ),
  row(
    "decoding that needs an iterable",
    define({ decode: (ids, vocabulary) => vocabulary.decode([...(ids as number[])]).join("") }),
    decode,
  ),
  row(
    "decoding that stops at padding",
    decoded((ids, { padId }) => (ids.includes(padId) ? ids.slice(0, ids.indexOf(padId)) : ids)),
    decode,
  ),
  row(
    "decoding that starts after the last <sos>",
    decoded((ids, { sosId }) => ids.slice(ids.lastIndexOf(sosId) + 1)),
    decode,
  ),
  row(
    "decoding that stops at <unk>",
    decoded((ids, { unkId }) => (ids.includes(unkId!) ? ids.slice(0, ids.indexOf(unkId!)) : ids)),
    decode,
  ),
  row(
    "ids that are rounded",
    decoded((ids) => ids.map(Math.floor)),
    decode,
  ),
  row(
    "ids of NaN that are left out",
    decoded((ids) => ids.filter((id) => !Number.isNaN(id))),
    decode,
  ),
  row(
    "<unk> in place of the unknown part",
    encoded((encoding, _, { tokens }) => ({ ...encoding, tokens: encoding.ids.map((id) => tokens[id]!) })),
    strange,
  ),
  row(
    "unknown parts that are left out",
    encoded(({ ids, tokens, words }, _, { unkId }) => {
      const known = <T>(list: readonly T[]): T[] => list.filter((_each, i) => ids[i] !== unkId);
      return { ids: known(ids), tokens: known(tokens), words: known(words).map(() => 0) };
    }),
    strange,
  ),
  row(
    "a regular expression that remembers its position",
    encoded((encoding, text) =>
      letter.test(text) || text.trim() === "" ? encoding : { ids: [], tokens: [], words: [] },
    ),
    repeats,
  ),
  row(
    "a rare draw from Math.random",
    encoded((encoding) => (Math.random() < 1e-4 ? { ...encoding, ids: encoding.ids.toReversed() } : encoding)),
    repeats,
  ),
  row(
    "the first 100,000 characters",
    define({ cut: (text) => Array.from(text.normalize("NFC")).slice(0, 100_000) }),
    "long lines are not cut",
  ),
  row("an option that is not saved", optionLost, json),
];

function trySort(lines: Iterable<string>): string[] {
  return Array.isArray(lines) && !Object.isFrozen(lines) ? lines.sort() : [...lines];
}
