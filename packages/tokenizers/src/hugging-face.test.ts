import { loadTokenizerFixtures } from "@heed/tooling/hugging-face";
import { describe, expect, it, test } from "vitest";
import { tokenizerFromJSON } from "./find-tokenizer.js";
import { huggingFaceTokenizer } from "./hugging-face.js";
import type { TokenizerJSON } from "./tokenizer-json.js";

const { lines, python } = loadTokenizerFixtures("bpe");

/** A file of another program: without the part of heed. */
function foreignFile(): Record<string, unknown> {
  const file = JSON.parse(JSON.stringify(python.tokenizer));
  delete file.model.heed;
  return file;
}

/** The file of a BERT tokenizer of words. */
const bert = (): TokenizerJSON => ({
  ...{ version: "1.0", truncation: null, padding: null, post_processor: null },
  added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map((content, id) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  })),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    ...{ type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
    vocab: { "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, low: 4, "##est": 5, tower: 6, ".": 7 },
  },
});

describe("huggingFaceTokenizer", () => {
  it("gives the ids and texts of the Python library", async () => {
    const tokenizer = await huggingFaceTokenizer.fromJSON(foreignFile());
    for (const [i, line] of lines.entries()) {
      expect(tokenizer.encode(line).ids, line).toEqual(python.ids[i]);
      // The library leaves out U+FEFF among bytes.
      expect(tokenizer.decode(python.ids[i]!)).toBe(line.normalize("NFC").replaceAll("\ufeff", ""));
    }
  });

  it("finds special tokens by their common names, and numbers words", async () => {
    const tokenizer = await huggingFaceTokenizer.fromJSON(bert());
    const { vocabulary } = tokenizer;
    expect([vocabulary.padId, vocabulary.unkId, vocabulary.sosId, vocabulary.eosId]).toEqual([0, 1, 2, 3]);
    const encoding = tokenizer.encode("Lowest tower.");
    expect(encoding).toEqual({ ids: [4, 5, 6, 7], tokens: ["low", "##est", "tower", "."], words: [0, 0, 1, 2] });
    expect(tokenizer.decode([2, ...encoding.ids, 3, 4])).toBe("lowest tower.");
    expect(tokenizer.encode("zebra [SEP]").ids).toEqual([1, 1]);
  });

  it("takes named special tokens, and adds those that the file lacks", async () => {
    const json = bert();
    const options = { eos: ".", sos: "<start>" };
    const head = { format: "heed-tokenizer", version: 1, name: "hugging-face", options };
    const named = { ...json, model: { ...(json.model as object), heed: head } };
    const { vocabulary } = await huggingFaceTokenizer.fromJSON(named);
    expect([vocabulary.eosId, vocabulary.sosId, vocabulary.size]).toEqual([7, 8, 9]);
    const same = { ...named, model: { ...named.model, heed: { ...head, options: { ...options, eos: "[PAD]" } } } };
    expect(() => huggingFaceTokenizer.fromJSON(same)).toThrow(
      'The tokens pad and eos must differ, but both are "[PAD]"',
    );
  });

  it("is read again from its own file, with the plug-in alone", async () => {
    const tokenizer = await huggingFaceTokenizer.fromJSON(foreignFile());
    const json = JSON.parse(JSON.stringify(tokenizer));
    expect(json.model.vocab).toEqual((python.tokenizer.model as { vocab: object }).vocab);
    const same = await tokenizerFromJSON(json, [huggingFaceTokenizer]);
    expect(JSON.stringify(same)).toBe(JSON.stringify(tokenizer));
    expect(lines.map((line) => same.encode(line).ids)).toEqual(python.ids);
    await expect(tokenizerFromJSON(foreignFile())).rejects.toThrow(
      "This tokenizer.json is from another program. Pass huggingFaceTokenizer of @heed/tokenizers/hugging-face",
    );
    await expect(tokenizerFromJSON(json)).rejects.toThrow('There is no tokenizer "hugging-face".');
  });

  it("reads the file that the option names", async () => {
    const readFile = async () => new TextEncoder().encode(JSON.stringify(bert()));
    const tokenizer = await huggingFaceTokenizer.train([], { file: "bert.json" }, { readFile });
    expect(tokenizer.encode("tower").ids).toEqual([6]);
    const own = async () => new TextEncoder().encode(JSON.stringify(python.tokenizer));
    const bpe = await huggingFaceTokenizer.train([], { file: "bpe.json" }, { readFile: own });
    expect([bpe.name, bpe.encode(lines[20]!).ids]).toEqual(["bpe", python.ids[20]]);
    await expect(huggingFaceTokenizer.train([], {}, { readFile })).rejects.toThrow("needs the option file, got none");
    await expect(huggingFaceTokenizer.train([], { file: "bert.json" })).rejects.toThrow("`readFile` is needed");
    const broken = async () => new TextEncoder().encode("{");
    await expect(huggingFaceTokenizer.train([], { file: "a.json" }, { readFile: broken })).rejects.toThrow(
      "a.json: expected a tokenizer.json, but it is not JSON.",
    );
  });

  test.each<[unknown, string]>([
    [{}, 'expected an object with the property "model"'],
    [{ model: { type: "Nonsense" } }, "cannot run this tokenizer.json"],
    [
      { ...bert(), model: { ...(bert().model as object), vocab: { a: 1e9 } } },
      "must be integers from 0 to 999999, got 1000000000",
    ],
  ])("file %# is refused", (json, message) => {
    expect(() => huggingFaceTokenizer.fromJSON(json as TokenizerJSON)).toThrow(message);
  });
});
