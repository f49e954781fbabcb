import { HeedError, Random } from "@heed/core";
import { assertSame, assertThrows, CheckError, withOtherGlobals } from "@heed/core/testing";
import type { Encoding } from "../tokenizer.js";
import {
  attempt,
  attemptAsync,
  encodeAll,
  quote,
  repeated,
  strangeTexts,
  type TokenizerTrial,
} from "./tokenizer-trial.js";

export async function checkTraining({ tokenizer, train, lines }: TokenizerTrial): Promise<void> {
  const expected = JSON.stringify(tokenizer);
  const trained = Object.freeze([...repeated(lines)]);
  assertSame("a second tokenizer that is trained on the same lines", JSON.stringify(await train(trained)), expected);
  function* once(): Generator<string> {
    yield* trained;
  }
  assertSame(
    "a tokenizer that is trained on an iterator, which can be read once",
    JSON.stringify(await train(once())),
    expected,
  );
  const own = [...trained];
  await train(own);
  assertSame("the lines after training", own, trained);
  assertSame(
    "a tokenizer that is trained with another locale, clock, and other values of Math.random",
    JSON.stringify(await withOtherGlobals(() => train())),
    expected,
  );
  // The word is the most frequent one, and stands first or last.
  const word = Array.from({ length: lines.length * 60 }, () => "quokka quokka");
  const orders = [
    [...word, ...repeated(lines)],
    [...repeated(lines), ...word],
  ];
  const ofOrders = await Promise.all(orders.map((all) => train(all)));
  const known = ofOrders.map((each) => each.encode("quokka").ids.some((id) => tokenizer.vocabulary.isSpecial(id)));
  assertSame("whether a word that stands in the last lines alone is unknown", known[1], known[0]);
  tokenizer.encode("zebra");
  const zebra = await train(["zebra zebra zebra zebra", "얼룩말 얼룩말 얼룩말"]);
  const { ids } = zebra.encode("zebra");
  if (ids.some((id) => id >= zebra.vocabulary.size || zebra.vocabulary.isSpecial(id)))
    throw new CheckError(
      `a tokenizer that was trained on "zebra" must know it, got the ids ${ids.join(", ")}. Share nothing between tokenizers.`,
    );
  assertSame("the tokenizer after another one was trained", JSON.stringify(tokenizer), expected);
  assertSame("a tokenizer that is trained on the lines after another one", JSON.stringify(await train()), expected);
  encodeAll(tokenizer, lines);
  strangeTexts.map((text) => attempt(() => tokenizer.encode(text)));
  assertSame("the tokenizer after it encoded text", JSON.stringify(tokenizer), expected);
  assertSame(
    "the smallest tokenizer after others were trained",
    JSON.stringify(await train([])),
    JSON.stringify(await train([])),
  );
}

export function checkVocabulary({ tokenizer, definition }: TokenizerTrial): void {
  const { vocabulary, name } = tokenizer;
  const { padId, sosId, eosId, unkId, size } = vocabulary;
  assertSame("the name of the tokenizer", name, definition.name);
  const special = [padId, sosId, eosId, ...(unkId === undefined ? [] : [unkId])];
  if (special.some((id) => !Number.isInteger(id) || id < 0 || id >= size) || new Set(special).size !== special.length) {
    throw new CheckError(`the special ids must be different integers below ${size}, got ${special.join(", ")}.`);
  }
  assertSame("the number of different tokens in the vocabulary", new Set(vocabulary.tokens).size, size);
  if (!(Number.isInteger(definition.maxLength) && definition.maxLength > 0))
    throw new CheckError(`maxLength must be a positive integer, got ${definition.maxLength}.`);
}

export function checkLists({ tokenizer, lines }: TokenizerTrial): void {
  const { vocabulary } = tokenizer;
  for (const line of lines) {
    const encoding = tokenizer.encode(line);
    checkEncoding(line, encoding, vocabulary.size);
    const special = encoding.ids.find((id) => vocabulary.isSpecial(id));
    if (special !== undefined) {
      throw new CheckError(
        `the ids of ${quote(line)}, on which the tokenizer was trained, contain ${special}, which is ${vocabulary.tokens[special]}. No special id may occur in known text; encode() adds none.`,
      );
    }
  }
  assertSame("the encoding of the empty text", tokenizer.encode(""), { ids: [], tokens: [], words: [] });
}

/** Whether a text has no half of a surrogate pair. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function checkEncoding(line: string, { ids, tokens, words }: Encoding, size: number): void {
  const of = `of ${quote(line.length > 60 ? `${line.slice(0, 60)}…` : line)}`;
  if (ids.length !== tokens.length || ids.length !== words.length) {
    throw new CheckError(
      `ids, tokens and words ${of} must have one length, got ${ids.length}, ${tokens.length} and ${words.length}.`,
    );
  }
  const wrong = ids.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= size);
  if (wrong >= 0)
    throw new CheckError(`id ${wrong} ${of} must be an integer from 0 to ${size - 1}, got ${ids[wrong]}.`);
  const half = isWellFormed(line) ? tokens.findIndex((token) => !isWellFormed(String(token))) : -1;
  if (half >= 0)
    throw new CheckError(
      `token ${half} ${of} is half of a character, ${JSON.stringify(tokens[half])}. Cut text into code points: Array.from(text).`,
    );
  const empty = tokens.findIndex((token) => typeof token !== "string" || token === "");
  if (empty >= 0)
    throw new CheckError(`token ${empty} ${of} must be text that is not empty, got ${JSON.stringify(tokens[empty])}.`);
  for (const [i, word] of words.entries()) {
    const before = i === 0 ? 0 : words[i - 1]!;
    const expected = i === 0 ? "0" : `${before} or ${before + 1}`;
    if (word !== before && (i === 0 || word !== before + 1))
      throw new CheckError(
        `the word of token ${i} ${of} must be ${expected}, got ${word}: words are counted from 0, in order.`,
      );
  }
}

export function checkRestored({ tokenizer, lines, given }: TokenizerTrial): void {
  const restored = given.restored ?? ((text: string) => text.normalize("NFC").replace(/\s+/gu, " ").trim());
  for (const line of lines) {
    const decoded = tokenizer.decode(tokenizer.encode(line).ids);
    if (restored(decoded) !== restored(line)) {
      throw new CheckError(
        `decoding the ids of ${quote(line)} must give ${quote(restored(line))}, got ${quote(restored(decoded))}. Give \`restored\` if less is promised.`,
      );
    }
    if (given.composes !== false && decoded !== decoded.normalize("NFC"))
      throw new CheckError(
        `decoding the ids of ${quote(line)} must give text in Unicode NFC, got ${quote(decoded)}. Declare \`composes: false\` if the tokenizer keeps decomposed characters.`,
      );
  }
}

export function checkDecode({ tokenizer, lines }: TokenizerTrial): void {
  const { vocabulary } = tokenizer;
  const { padId, sosId, eosId, unkId, size } = vocabulary;
  assertSame("decoding no ids", tokenizer.decode([]), "");
  for (const line of lines) {
    const { ids } = tokenizer.encode(line);
    const text = tokenizer.decode(ids);
    const frozen = Object.freeze([...ids]);
    assertSame(`decoding the same ids of ${quote(line)} again`, tokenizer.decode(frozen), text);
    assertSame(`decoding an Int32Array of ${quote(line)}`, tokenizer.decode(Int32Array.from(ids)), text);
    assertSame(
      `decoding an object with length of ${quote(line)}`,
      tokenizer.decode({ ...ids, length: ids.length }),
      text,
    );
    const padded = [sosId, ...ids, eosId, ...ids, padId, padId];
    assertSame(`decoding <sos>, ${quote(line)}, <eos>, more text and padding`, tokenizer.decode(padded), text);
    const between = [padId, ...ids.flatMap((id) => [id, padId, sosId]), eosId];
    assertSame(`decoding ${quote(line)} with <pad> and <sos> between the tokens`, tokenizer.decode(between), text);
    if (unkId !== undefined) {
      assertSame("decoding <unk> alone", tokenizer.decode([unkId]), "");
      assertSame(`decoding <unk> and ${quote(line)}`, tokenizer.decode([unkId, ...ids]), text);
    }
  }
  for (const id of [size, -1, 0.5, Number.NaN]) {
    const error = assertThrows(`decoding the id ${id} of a vocabulary of ${size}`, () => tokenizer.decode([id]));
    if (!(error instanceof HeedError))
      throw new CheckError(`decoding the id ${id} must throw a HeedError, got ${error.name}: ${error.message}`);
  }
}

export function checkStrange({ tokenizer }: TokenizerTrial): void {
  const { vocabulary } = tokenizer;
  const { padId, sosId, eosId, unkId, size } = vocabulary;
  for (const text of strangeTexts) {
    const encoding = attempt(() => tokenizer.encode(text));
    if (encoding instanceof Error) {
      if (unkId === undefined && encoding instanceof HeedError) continue;
      throw new CheckError(
        `encoding ${quote(text)} must ${unkId === undefined ? "throw a HeedError or give ids" : "use <unk>"}, but it threw ${encoding.name}: ${encoding.message}`,
      );
    }
    checkEncoding(text, encoding, size);
    const special = encoding.ids.find((id) => id === padId || id === sosId || id === eosId);
    if (special !== undefined)
      throw new CheckError(
        `the ids of ${quote(text)} contain that of ${vocabulary.tokens[special]}; text must not produce special ids.`,
      );
    const unknown = encoding.tokens.findIndex((token) => token === vocabulary.tokens[unkId ?? -1]);
    if (unknown >= 0 && !text.includes(encoding.tokens[unknown]!))
      throw new CheckError(
        `token ${unknown} of ${quote(text)} must be the part of the text that is unknown, got ${encoding.tokens[unknown]}.`,
      );
    if (unkId !== undefined && text === "☃" && encoding.ids.length === 0)
      throw new CheckError(
        `the unknown character ${quote(text)} must become <unk> or other tokens, but it was left out.`,
      );
    const decoded = attempt(() => tokenizer.decode(encoding.ids));
    if (decoded instanceof Error)
      throw new CheckError(`decoding the ids of ${quote(text)} threw ${decoded.name}: ${decoded.message}`);
  }
}

export function checkRepeats({ tokenizer, lines }: TokenizerTrial): void {
  const first = encodeAll(tokenizer, lines);
  const copy = structuredClone(first);
  assertSame("the encodings of the same lines again", encodeAll(tokenizer, lines), copy);
  for (const line of [...lines, ...lines.flatMap((each) => Array.from(each.slice(0, 1)))]) {
    const once = structuredClone(tokenizer.encode(line));
    assertSame(`the encoding of ${quote(line)} after the same line`, tokenizer.encode(line), once);
  }
  assertSame(
    "the encodings with another locale, clock, and other values of Math.random",
    withOtherGlobals(() => encodeAll(tokenizer, lines)),
    copy,
  );
  assertSame(
    "the encodings of the lines from the last to the first",
    encodeAll(tokenizer, lines.toReversed()).reverse(),
    copy,
  );
  for (const { ids, tokens, words } of first) {
    ids.fill(0);
    tokens.length = 0;
    words.push(7);
  }
  assertSame("the encodings after earlier results were changed", encodeAll(tokenizer, lines), copy);
}

export function checkRandom({ tokenizer, lines, given }: TokenizerTrial): void {
  const plain = encodeAll(tokenizer, lines);
  const restored = given.restored ?? ((text: string) => text.replace(/\s+/gu, " ").trim());
  const sample = (seed: number): Encoding[] => {
    const random = new Random(seed);
    return lines.map((line) => tokenizer.encode(line, { random }));
  };
  const sampled = sample(1);
  assertSame("the encodings with a generator of the same seed", sample(1), sampled);
  for (const [i, encoding] of sampled.entries()) {
    checkEncoding(lines[i]!, encoding, tokenizer.vocabulary.size);
    assertSame(
      `the text of a sampled encoding of ${quote(lines[i]!)}`,
      restored(tokenizer.decode(encoding.ids)),
      restored(tokenizer.decode(plain[i]!.ids)),
    );
  }
  assertSame("the encodings without a generator, after sampling", encodeAll(tokenizer, lines), plain);
}

export function checkSubwords({ tokenizer, lines }: TokenizerTrial): void {
  const plain = encodeAll(tokenizer, lines);
  const draws = [1, 2, 3].map((seed) => {
    const random = new Random(seed);
    return lines.map((line) => tokenizer.encode(line, { random }));
  });
  for (const sampled of draws) {
    for (const [i, encoding] of sampled.entries())
      assertSame(`the words of a sampled encoding of ${quote(lines[i]!)}`, wordsOf(encoding), wordsOf(plain[i]!));
  }
  const different = new Set([plain, ...draws].map((all) => JSON.stringify(all.map(({ ids }) => ids))));
  if (different.size < 4)
    throw new CheckError(
      `encoding without a generator and with 3 seeds must give 4 different results, got ${different.size}. Draw the segmentation from \`random\`.`,
    );
}

/** The text of each word of an encoding. */
function wordsOf({ tokens, words }: Encoding): string[] {
  const texts: string[] = [];
  for (const [i, token] of tokens.entries()) texts[words[i]!] = (texts[words[i]!] ?? "") + token;
  return texts;
}

export function checkLong({ tokenizer, lines }: TokenizerTrial): void {
  const line = `${lines.reduce((longest, each) => (each.length > longest.length ? each : longest), "")} `;
  const long = line.repeat(Math.ceil(150_000 / line.length));
  const encoding = tokenizer.encode(long);
  checkEncoding(long, encoding, tokenizer.vocabulary.size);
  if (tokenizer.encode(line).ids.length > 0 && encoding.ids.length < 1000)
    throw new CheckError(`a line of ${long.length} characters must not be cut, got ${encoding.ids.length} tokens.`);
  const [got, once] = [tokenizer.decode(encoding.ids), tokenizer.decode(tokenizer.encode(line.trim()).ids)];
  const expected = once.length * Math.floor(long.length / line.length);
  if (got.length < expected)
    throw new CheckError(
      `decoding a line of ${long.length} characters must give at least ${expected}, got ${got.length}: the line was cut.`,
    );
}

export function checkComposed({ tokenizer, lines }: TokenizerTrial): void {
  for (const line of lines) {
    const [composed, decomposed] = [line.normalize("NFC"), line.normalize("NFD")];
    assertSame(
      `the ids of ${quote(line)} with decomposed characters`,
      tokenizer.encode(decomposed).ids,
      tokenizer.encode(composed).ids,
    );
  }
}

export async function checkOptionValues({ definition, lines, given }: TokenizerTrial): Promise<void> {
  const train = async (options: object): Promise<unknown> =>
    await definition.train(lines, { ...given.options, ...options });
  await assertRejects("an unknown option", () => train({ noSuchOption: 1 }));
  for (const [option, { type, minimum }] of Object.entries(definition.options)) {
    const wrong = [type === "string" ? 1 : "text", null, ...(minimum === undefined ? [] : [minimum - 1])];
    for (const value of wrong) {
      const error = await assertRejects(`the option ${option} with the value ${String(value)}`, () =>
        train({ [option]: value }),
      );
      if (!(error instanceof HeedError))
        throw new CheckError(
          `the option ${option} with the value ${String(value)} must throw a HeedError, got ${error.name}: ${error.message}`,
        );
    }
  }
  const options = Object.freeze({ ...given.options });
  await definition.train(lines, options);
}

/** Returns the error of a call that must fail. @throws CheckError when it does not */
async function assertRejects(what: string, run: () => Promise<unknown>): Promise<Error> {
  const result = await attemptAsync(run);
  return result instanceof Error ? result : assertThrows(what, () => undefined);
}
