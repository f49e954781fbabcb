import { type OptionSpecs, shownJson } from "@heed/core";
import { Tokenizer as ForeignTokenizer } from "@huggingface/tokenizers";
import { defineTokenizer, type TokenizerExtension } from "./define-tokenizer.js";
import { tokenizerFromJSON } from "./find-tokenizer.js";
import { tokenizerLimits } from "./limits.js";
import type { Tokenizer } from "./tokenizer.js";
import { TokenizerError } from "./tokenizer-error.js";
import { isRecord, type TokenizerJSON, tokenizerFormat } from "./tokenizer-json.js";
import { specialTokens, Vocabulary } from "./vocabulary.js";

/** Options of {@link huggingFaceTokenizer}. */
export interface HuggingFaceOptions {
  readonly file?: string | undefined;
  readonly pad?: string | undefined;
  readonly sos?: string | undefined;
  readonly eos?: string | undefined;
  readonly unk?: string | undefined;
}

type Role = keyof typeof specialTokens;

/** The names that special tokens have in common files, the first of which is taken. */
const commonNames: Readonly<Record<Role, readonly string[]>> = {
  pad: ["<pad>", "[PAD]", "<|padding|>"],
  sos: ["<sos>", "<s>", "[CLS]", "<bos>", "<|startoftext|>", "<|begin_of_text|>"],
  eos: ["<eos>", "</s>", "[SEP]", "<|endoftext|>", "<|end_of_text|>"],
  unk: ["<unk>", "[UNK]", "<|unk|>"],
};
const roles = Object.keys(specialTokens) as Role[];

const options = {
  file: { type: "string", meaning: "Path of a tokenizer.json." },
  ...Object.fromEntries(
    roles.map((role) => [
      role,
      {
        type: "string",
        meaning: `Token that is ${specialTokens[role]}, by its name in the file. Default: ${commonNames[role].join(", ")}, or a new token.`,
      },
    ]),
  ),
} as unknown as OptionSpecs<HuggingFaceOptions>;

/**
 * The definition of the tokenizer `hugging-face`: runs a `tokenizer.json` of another program with the library
 * `@huggingface/tokenizers`; a file of heed by heed. It is not built in, so that pages that do not use it stay small: pass it in `plugins`.
 *
 * Its special tokens have heed's names in the vocabulary. A special token that the file lacks gets a new id after all others.
 * In `tokens`, unknown text is the file's unknown token, because the library does not return the text.
 *
 * @example
 * const config = resolveConfig({
 *   recipe: "transformer",
 *   data: { tsv: "de-en.tsv", tokenizer: "hugging-face", sharedVocabulary: true, sourceTokenizer: { file: "tokenizer.json" } },
 * }, { plugins: [huggingFaceTokenizer] });
 * await train({ config, plugins: [huggingFaceTokenizer], out: "runs/de-en" });
 */
export const huggingFaceTokenizer: TokenizerExtension = defineTokenizer<HuggingFaceOptions>({
  name: "hugging-face",
  summary: "a tokenizer.json of another program",
  maxLength: 100,
  options,
  async train(_lines, { file, ...special }, { readFile } = {}) {
    if (file === undefined) {
      throw new TokenizerError(
        "The tokenizer hugging-face needs the option file, got none. Set it to the path of a tokenizer.json.",
      );
    }
    if (readFile === undefined) {
      throw new TokenizerError(
        `The tokenizer hugging-face reads ${file}, so \`readFile\` is needed, got none. Import train from "@heed/train/node", or pass readFile.`,
      );
    }
    const json = parse(await readFile(file), file);
    // A file of heed is read by the tokenizer that wrote it.
    return isOwn(json) ? await tokenizerFromJSON(json, [huggingFaceTokenizer]) : foreign(json, special);
  },
  fromJSON(json) {
    const head = isRecord(json.model) && isRecord(json.model.heed) ? json.model.heed : {};
    const given = isRecord(head.options) ? head.options : {};
    for (const role of roles) {
      const name = given[role];
      if (name !== undefined && (typeof name !== "string" || name === ""))
        throw new TokenizerError(`The option ${role} of the tokenizer hugging-face must be text, got ${String(name)}.`);
    }
    return foreign(json, given);
  },
});

/** Returns whether heed wrote a file. */
function isOwn(json: TokenizerJSON): boolean {
  return json.format === tokenizerFormat.format || (isRecord(json.model) && isRecord(json.model.heed));
}

function parse(bytes: Uint8Array, file: string): TokenizerJSON {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as TokenizerJSON;
  } catch (cause) {
    throw new TokenizerError(`${file}: expected a tokenizer.json, but it is not JSON. ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** Runs a file of another program. */
function foreign(json: TokenizerJSON, given: Omit<HuggingFaceOptions, "file">): Tokenizer {
  // The JSON must not change with the caller's object, and the library must not change the JSON.
  const text = JSON.stringify(json);
  const copy = JSON.parse(text) as { model: Record<string, unknown>; [property: string]: unknown };
  const library = load(JSON.parse(text));
  const names = Object.fromEntries(
    roles.map((role) => [
      role,
      given[role] ?? commonNames[role].find((name) => library.token_to_id(name) !== undefined),
    ]),
  ) as Readonly<Record<Role, string | undefined>>;
  const vocabulary = vocabularyOf(library, names);
  const { model, ...rest } = copy;
  const isContinued = (token: string): boolean =>
    model.type === "WordPiece" ? token.startsWith("##") : model.type !== "WordLevel" && !/^[▁Ġ]/u.test(token);
  return {
    ...{ name: "hugging-face", vocabulary },
    encode(input) {
      const encoding = library.encode(input, { add_special_tokens: false });
      const [ids, tokens] = [encoding.ids as number[], encoding.tokens as string[]];
      let word = -1;
      return {
        // A special token in a text is unknown: a text cannot end its own sentence.
        ids: ids.map((id) => (vocabulary.isSpecial(id) ? vocabulary.unkId! : id)),
        tokens: [...tokens],
        words: tokens.map((token, i) => (i > 0 && isContinued(token) ? word : ++word)),
      };
    },
    decode(ids) {
      const kept: number[] = [];
      vocabulary.decode(ids, { specials: true }); // checks the ids
      for (const id of Array.from(ids)) {
        if (id === vocabulary.eosId) break;
        if (!vocabulary.isSpecial(id)) kept.push(id);
      }
      return kept.length === 0 ? "" : library.decode(kept, { skip_special_tokens: true });
    },
    toJSON: () => ({
      ...rest,
      model: {
        ...model,
        heed: {
          ...tokenizerFormat,
          name: "hugging-face",
          options: Object.fromEntries(
            roles.flatMap((role) => (names[role] === undefined ? [] : [[role, names[role]]])),
          ),
        },
      },
    }),
  };
}

/** @throws TokenizerError when the library cannot run the file */
function load(json: unknown): ForeignTokenizer {
  if (!isRecord(json) || !isRecord(json.model)) {
    throw new TokenizerError(
      'Not a tokenizer.json: expected an object with the property "model". Use the file tokenizer.json of a model.',
    );
  }
  assertIds(json, json.model);
  try {
    return new ForeignTokenizer(json, { clean_up_tokenization_spaces: false });
  } catch (cause) {
    throw new TokenizerError(
      `The library @huggingface/tokenizers cannot run this tokenizer.json: ${(cause as Error).message}. Check that it is the whole file.`,
      { cause },
    );
  }
}

/** Checks the ids before memory is taken for each of them. @throws TokenizerError when one is too large */
function assertIds(
  { added_tokens }: Readonly<Record<string, unknown>>,
  { vocab }: Readonly<Record<string, unknown>>,
): void {
  const added = Array.isArray(added_tokens)
    ? added_tokens.map((token: unknown) => (isRecord(token) ? token.id : token))
    : [];
  const { vocabulary: limit } = tokenizerLimits;
  for (const id of [...added, ...(isRecord(vocab) ? Object.values(vocab) : [])]) {
    if (Number.isInteger(id) && (id as number) >= 0 && (id as number) < limit) continue;
    throw new TokenizerError(
      `The ids of a tokenizer.json must be integers from 0 to ${limit - 1}, got ${shownJson(id)}.`,
    );
  }
}

/** Returns the vocabulary of a file; its special tokens have heed's names, and missing ones are added. */
function vocabularyOf(library: ForeignTokenizer, names: Readonly<Record<Role, string | undefined>>): Vocabulary {
  const entries = [...library.get_vocab(true)];
  const size = entries.reduce((largest, [, id]) => Math.max(largest, id + 1), 0);
  const tokens = Array.from({ length: size }, (_, id) => `<unused ${id}>`);
  const heedNames = new Set<string>(Object.values(specialTokens));
  for (const [token, id] of entries) tokens[id] = heedNames.has(token) || token === "" ? `${token} ${id}` : token;
  const taken = new Map<number, Role>();
  for (const role of roles) {
    const name = names[role];
    const id = (name === undefined ? undefined : library.token_to_id(name)) ?? tokens.length;
    const other = taken.get(id);
    if (other !== undefined) {
      throw new TokenizerError(
        `The tokens ${other} and ${role} must differ, but both are ${JSON.stringify(name)}. Name another token in the option ${role}.`,
      );
    }
    taken.set(id, role);
    tokens[id] = specialTokens[role];
  }
  return Vocabulary.fromTokens(tokens);
}
