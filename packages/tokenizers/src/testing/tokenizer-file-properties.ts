import { HeedError, type OptionValues } from "@heed/core";
import { assertSame, CheckError } from "@heed/core/testing";
import { type TokenizerJSON, tokenizerFormat, tokenizerHead } from "../tokenizer-json.js";
import { attempt, attemptAsync, encodeAll, repeated, strangeTexts, type TokenizerTrial } from "./tokenizer-trial.js";

export async function checkJSON({
  tokenizer,
  definition,
  lines,
  given: { options: trialOptions },
}: TokenizerTrial): Promise<void> {
  const json: TokenizerJSON = JSON.parse(JSON.stringify(tokenizer));
  assertSame("format, version and name in the JSON", headOf(json), { ...tokenizerFormat, name: definition.name });
  const before = JSON.stringify(json);
  const same = await definition.fromJSON(json);
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
  // The tokenizer does not depend on the object that it was read from.
  const given = JSON.parse(before) as TokenizerJSON;
  const read = await definition.fromJSON(given);
  clear(given);
  assertSame("the encodings after the JSON was changed", encodeAll(read, lines), encodeAll(tokenizer, lines));
  const strange = (of: typeof same): unknown =>
    strangeTexts.map((text) => attempt(() => of.encode(text).ids)).map(String);
  assertSame("the encodings of unknown text by the tokenizer that was read", strange(same), strange(tokenizer));
  for (const options of otherOptions(definition)) {
    const trained = await attemptAsync(() => definition.train(repeated(lines), { ...trialOptions, ...options }));
    // Options that exclude each other may be refused.
    if (trained instanceof Error) continue;
    const again = await definition.fromJSON(JSON.parse(JSON.stringify(trained)));
    assertSame(
      `the encodings of the tokenizer with ${JSON.stringify(options)} that was read`,
      encodeAll(again, lines),
      encodeAll(trained, lines),
    );
  }
}

/** Format, version and name; undefined when the JSON has none. */
function headOf(json: TokenizerJSON): unknown {
  try {
    const { format, version, name } = tokenizerHead(json);
    return { format, version, name };
  } catch {
    return undefined;
  }
}

/** Each option with another value than its default. */
function otherOptions({ options }: TokenizerTrial["definition"]): OptionValues[] {
  return Object.entries(options).flatMap(([name, { type, default: value, choices }]): OptionValues[] => {
    if (type === "boolean") return [{ [name]: value !== true }];
    if (choices !== undefined)
      return choices.filter((choice) => choice !== value).map((choice) => ({ [name]: choice }));
    return [];
  });
}

/** Empties an object and all within it. */
function clear(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    clear(entry);
    (value as Record<string, unknown>)[key] = null;
  }
  if (Array.isArray(value)) value.length = 0;
}

export async function checkDamage({ tokenizer, definition, lines }: TokenizerTrial): Promise<void> {
  const json = JSON.parse(JSON.stringify(tokenizer)) as Record<string, unknown>;
  const expected = JSON.stringify(encodeAll(tokenizer, lines));
  for (const path of paths(json)) {
    if (path.length === 1 && ["format", "version", "name"].includes(path[0]!)) continue;
    for (const value of [undefined, null, 42, "text", [], {}, [1, 2], true]) {
      const damaged = structuredClone(json);
      set(damaged, path, value);
      const what = `fromJSON, where ${path.join(".")} is ${JSON.stringify(value) ?? "missing"},`;
      const read = await attemptAsync(() => definition.fromJSON(damaged as TokenizerJSON));
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
