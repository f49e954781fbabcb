import { builtInTokenizers, type Tokenizer, tokenizerFromJSON, trainTokenizer, Vocabulary } from "@heed/tokenizers";
import * as fc from "fast-check";
import { assertEqual, type FuzzTarget, resultOrRefusal, resultOrRefusalSync } from "./fuzz-target.js";
import { anyJson, anyText, damagedJson } from "./mutations.js";

const lines = [
  "나는 학생이다.",
  "I go, you “stay”.",
  "e\u0301te 👨‍👩‍👧 2:30",
  "x x x y y z",
  "我去学校。",
  "ไปโรงเรียน",
];
const tokenizers: readonly Tokenizer[] = await Promise.all(
  builtInTokenizers.map(({ name }) => trainTokenizer(name, lines, { minFrequency: 1 })),
);
const anyPlain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What must hold for the encoding of any text. */
function checkEncoding(tokenizer: Tokenizer, text: string): void {
  const { ids, tokens, words } = tokenizer.encode(text);
  const { size, padId, sosId, eosId } = tokenizer.vocabulary;
  if (ids.length !== tokens.length || ids.length !== words.length) throw new Error("the three lists differ in length");
  for (const [i, id] of ids.entries()) {
    if (!(Number.isInteger(id) && id >= 0 && id < size)) throw new Error(`id ${id} of a vocabulary of ${size}`);
    if (id === padId || id === sosId || id === eosId) throw new Error(`text gave the special id ${id}`);
    if (typeof tokens[i] !== "string" || tokens[i] === "") throw new Error(`token ${i} is empty`);
    const step = words[i]! - (words[i - 1] ?? 0);
    if (step !== 0 && !(step === 1 && i > 0)) throw new Error(`word ${words[i]} follows ${words[i - 1]}`);
  }
  const decoded = tokenizer.decode(ids);
  if (typeof decoded !== "string") throw new Error("decode returned no text");
  assertEqual("the encoding of the same text", tokenizer.encode(text), { ids, tokens, words });
  assertEqual(
    "the ids of the decomposed text",
    tokenizer.encode(text.normalize("NFD")).ids,
    tokenizer.encode(text.normalize("NFC")).ids,
  );
  // A character that is no token becomes up to three bytes for each unit of UTF-16, and the escape of a mark one token more.
  const most = 4 * text.normalize("NFD").length + 1;
  if (ids.length > most) throw new Error(`${ids.length} tokens, expected at most ${most}`);
}

const arbitraryText: FuzzTarget = {
  name: "tokenizers: arbitrary Unicode",
  inputs: 120_000,
  property: () => fc.property(fc.constantFrom(...tokenizers), anyText, checkEncoding),
};

const training: FuzzTarget = {
  name: "tokenizers: training on arbitrary text, files and back",
  inputs: 25_000,
  property: () =>
    fc.asyncProperty(
      fc.constantFrom(...builtInTokenizers),
      fc.array(anyText, { maxLength: 5 }),
      async ({ name }, texts) => {
        const tokenizer = await trainTokenizer(name, texts, { minFrequency: 1 });
        const restored = await tokenizerFromJSON(anyPlain(tokenizer));
        assertEqual("the file of the restored tokenizer", restored, tokenizer);
        for (const text of texts) {
          checkEncoding(tokenizer, text);
          assertEqual("the encoding of the restored tokenizer", restored.encode(text), tokenizer.encode(text));
          // All tokens are known, and a text of characters is restored as it was.
          if (name === "character" && !/<(pad|sos|eos|unk)>/.test(text))
            assertEqual("the decoded text", tokenizer.decode(tokenizer.encode(text).ids), text.normalize("NFC"));
        }
      },
    ),
};

const damagedTokenizer: FuzzTarget = {
  name: "tokenizers: damaged files",
  inputs: 60_000,
  property() {
    const files = tokenizers.map(anyPlain);
    return fc.asyncProperty(damagedJson(...files), anyText, async (json, text) => {
      const { value } = await resultOrRefusal(() => tokenizerFromJSON(json));
      if (!value) return;
      const encoded = resultOrRefusalSync(() => value.encode(text));
      if (encoded.refused && value.vocabulary.unkId !== undefined) throw encoded.refused;
      assertEqual("the file of a damaged tokenizer that was read", await tokenizerFromJSON(anyPlain(value)), value);
    });
  },
};

const damagedVocabulary: FuzzTarget = {
  name: "vocabularies: damaged files",
  inputs: 80_000,
  property() {
    const files = [Vocabulary.of(["a", "b", "한"]), Vocabulary.of(["x"], { unknown: false })].map(anyPlain);
    return fc.property(fc.oneof({ weight: 6, arbitrary: damagedJson(...files) }, anyJson), (json) => {
      const { value } = resultOrRefusalSync(() => Vocabulary.fromJSON(json));
      if (!value) return;
      for (const [id, token] of value.tokens.entries()) assertEqual("the id of a token", value.id(token), id);
      assertEqual("the tokens", value.toJSON().tokens, (json as { tokens: unknown }).tokens);
    });
  },
};

const decoding: FuzzTarget = {
  name: "tokenizers: arbitrary ids",
  inputs: 40_000,
  property() {
    const id = fc.oneof(fc.nat({ max: 40 }), fc.double(), fc.integer());
    return fc.property(fc.constantFrom(...tokenizers), fc.array(id, { maxLength: 20 }), (tokenizer, ids) => {
      const { size, eosId } = tokenizer.vocabulary;
      const { refused } = resultOrRefusalSync(() => tokenizer.decode(ids));
      const end = ids.indexOf(eosId);
      const known = ids
        .slice(0, end < 0 ? undefined : end)
        .every((each) => Number.isInteger(each) && each >= 0 && each < size);
      assertEqual("whether the ids are refused", refused !== undefined, !known);
    });
  },
};

export const tokenizerTargets = [arbitraryText, training, damagedTokenizer, damagedVocabulary, decoding];
