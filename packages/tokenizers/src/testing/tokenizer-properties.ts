import { HeedError, Random } from "@heed/core";
import { assertSame, assertThrows, CheckError } from "@heed/core/testing";
import { type Encoding, type TokenizerJSON, tokenizerFormat } from "../tokenizer.js";
import { encodeAll, repeated, strangeTexts, type TokenizerTrial } from "./tokenizer-trial.js";

const quote = (text: string): string => JSON.stringify(text);

export function checkTraining({ tokenizer, train, lines }: TokenizerTrial): void {
  const expected = JSON.stringify(tokenizer);
  const trained = Object.freeze([...repeated(lines)]);
  assertSame("a second tokenizer that is trained on the same lines", JSON.stringify(train(trained)), expected);
  function* once(): Generator<string> {
    yield* trained;
  }
  assertSame(
    "a tokenizer that is trained on an iterator, which can be read once",
    JSON.stringify(train(once())),
    expected,
  );
  train(["zebra zebra zebra zebra", "얼룩말 얼룩말 얼룩말"]);
  assertSame("the tokenizer after another one was trained", JSON.stringify(tokenizer), expected);
  assertSame("a tokenizer that is trained on the lines after another one", JSON.stringify(train()), expected);
  encodeAll(tokenizer, lines);
  strangeTexts.map((text) => attempt(() => tokenizer.encode(text)));
  assertSame("the tokenizer after it encoded text", JSON.stringify(tokenizer), expected);
  assertSame("the smallest tokenizer after others were trained", JSON.stringify(train([])), JSON.stringify(train([])));
}

/** The result of a function, or its error. */
function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
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
    const padded = [sosId, ...ids, eosId, ...ids, padId, padId];
    assertSame(`decoding <sos>, ${quote(line)}, <eos>, more text and padding`, tokenizer.decode(padded), text);
    if (unkId !== undefined) {
      const [first] = ids;
      if (first !== undefined) assertSame("decoding <unk> alone", tokenizer.decode([unkId]), "");
    }
  }
  for (const id of [size, -1]) {
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
    const decoded = attempt(() => tokenizer.decode(encoding.ids));
    if (decoded instanceof Error)
      throw new CheckError(`decoding the ids of ${quote(text)} threw ${decoded.name}: ${decoded.message}`);
  }
}

export function checkRepeats({ tokenizer, lines }: TokenizerTrial): void {
  const first = encodeAll(tokenizer, lines);
  const copy = structuredClone(first);
  assertSame("the encodings of the same lines again", encodeAll(tokenizer, lines), copy);
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

export function checkLong({ tokenizer, lines }: TokenizerTrial): void {
  const line = `${lines.reduce((longest, each) => (each.length > longest.length ? each : longest), "")} `;
  const long = line.repeat(Math.ceil(150_000 / line.length));
  const encoding = tokenizer.encode(long);
  checkEncoding(long, encoding, tokenizer.vocabulary.size);
  if (tokenizer.encode(line).ids.length > 0 && encoding.ids.length < 1000)
    throw new CheckError(`a line of ${long.length} characters must not be cut, got ${encoding.ids.length} tokens.`);
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

export function checkJSON({ tokenizer, definition, lines }: TokenizerTrial): void {
  const json: TokenizerJSON = JSON.parse(JSON.stringify(tokenizer));
  assertSame(
    "format, version and name in the JSON",
    { format: json.format, version: json.version, name: json.name },
    { ...tokenizerFormat, name: definition.name },
  );
  const before = JSON.stringify(json);
  const same = definition.fromJSON(json);
  assertSame("the JSON after fromJSON", JSON.stringify(json), before);
  assertSame("the JSON of the tokenizer that was read", JSON.stringify(same), before);
  assertSame("the vocabulary of the tokenizer that was read", same.vocabulary.tokens, tokenizer.vocabulary.tokens);
  assertSame("the encodings of the tokenizer that was read", encodeAll(same, lines), encodeAll(tokenizer, lines));
  const ids = encodeAll(tokenizer, lines).map((encoding) => encoding.ids);
  assertSame(
    "the texts of the tokenizer that was read",
    ids.map((each) => same.decode(each)),
    ids.map((each) => tokenizer.decode(each)),
  );
  const strange = (of: typeof same): unknown =>
    strangeTexts.map((text) => attempt(() => of.encode(text).ids)).map(String);
  assertSame("the encodings of unknown text by the tokenizer that was read", strange(same), strange(tokenizer));
}

export function checkDamage({ tokenizer, definition, lines }: TokenizerTrial): void {
  const json = JSON.parse(JSON.stringify(tokenizer)) as Record<string, unknown>;
  const expected = JSON.stringify(encodeAll(tokenizer, lines));
  for (const path of paths(json)) {
    if (path.length === 1 && ["format", "version", "name"].includes(path[0]!)) continue;
    for (const value of [undefined, null, 42, "text", [], {}, [1, 2], true]) {
      const damaged = structuredClone(json);
      set(damaged, path, value);
      const what = `fromJSON, where ${path.join(".")} is ${JSON.stringify(value) ?? "missing"},`;
      const read = attempt(() => definition.fromJSON(damaged as TokenizerJSON));
      if (read instanceof Error) {
        if (read instanceof HeedError) continue;
        throw new CheckError(`${what} must throw a HeedError, got ${read.name}: ${read.message}`);
      }
      // Another option of the right type describes another tokenizer: the file is not damaged.
      if (path[0] === "options" && (value === undefined || typeof value === typeof get(json, path))) continue;
      const result = attempt(() => JSON.stringify(encodeAll(read, lines)));
      if (result !== expected)
        throw new CheckError(`${what} must throw an error, but it returned a tokenizer that encodes differently.`);
    }
  }
}

/** Paths to the properties of an object, three levels deep, and to the first entries of lists. */
function paths(value: object, depth = 3): string[][] {
  return Object.entries(value)
    .slice(0, Array.isArray(value) ? 2 : 20)
    .flatMap(([key, entry]) => [
      [key],
      ...(depth > 1 && typeof entry === "object" && entry !== null
        ? paths(entry, depth - 1).map((path) => [key, ...path])
        : []),
    ]);
}

function get(target: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], target);
}

function set(target: unknown, path: readonly string[], value: unknown): void {
  let parent = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  if (value === undefined) delete parent[path.at(-1)!];
  else parent[path.at(-1)!] = value;
}

export function checkOptionValues({ definition, lines, given }: TokenizerTrial): void {
  const train = (options: object): unknown => definition.train(lines, { ...given.options, ...options });
  assertThrows("an unknown option", () => train({ noSuchOption: 1 }));
  for (const [option, { type, minimum }] of Object.entries(definition.options)) {
    const wrong = [type === "string" ? 1 : "text", null, ...(minimum === undefined ? [] : [minimum - 1])];
    for (const value of wrong) {
      const error = assertThrows(`the option ${option} with the value ${String(value)}`, () =>
        train({ [option]: value }),
      );
      if (!(error instanceof HeedError))
        throw new CheckError(
          `the option ${option} with the value ${String(value)} must throw a HeedError, got ${error.name}: ${error.message}`,
        );
    }
  }
  const options = Object.freeze({ ...given.options });
  definition.train(lines, options);
}
