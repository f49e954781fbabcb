import type { VocabularySpec } from "../models/build-context.js";
import { SearchError } from "./search-error.js";

/** A list of token ids. */
export type Phrase = readonly number[];

/** What is asked of the hypotheses of a sentence. */
export interface Constraints {
  /** Largest number of tokens, `<eos>` included. */
  readonly maxLength: number;
  readonly minLength: number;
  readonly noRepeatNgram: number;
  readonly prefix: Phrase;
  readonly required: readonly Phrase[];
  readonly forbidden: readonly Phrase[];
}

/**
 * Checks that a hypothesis can meet all constraints.
 *
 * @param sentence - the row, from 0
 * @param size - number of tokens that the model can write
 * @throws SearchError naming the constraint that cannot be met
 */
export function checkConstraints(
  sentence: number,
  constraints: Constraints,
  target: VocabularySpec,
  size: number,
): void {
  const { maxLength, minLength, noRepeatNgram, prefix, required, forbidden } = constraints;
  const fail = (message: string): never => {
    throw new SearchError(`generate: sentence ${sentence + 1}: ${message}`);
  };
  if (!Number.isInteger(maxLength) || maxLength < 1) fail(`maxLength must be a positive integer, got ${maxLength}.`);
  if (minLength < 0) fail(`minLength must be at least 0, got ${minLength}.`);
  if (minLength > maxLength) fail(`minLength is ${minLength}, but maxLength is ${maxLength}. Increase maxLength.`);
  if (noRepeatNgram < 0) fail(`noRepeatNgram must be at least 0, got ${noRepeatNgram}.`);
  const lists = { prefix: [prefix], required, forbidden };
  for (const [name, phrases] of Object.entries(lists)) {
    for (const phrase of phrases) {
      if (phrase.length === 0 && name !== "prefix") fail(`a ${name} phrase has no tokens. Leave it out.`);
      const wrong = phrase.find((id) => !Number.isInteger(id) || id < 0 || id >= size || isControl(id, target));
      if (wrong === undefined) continue;
      fail(`${name}: expected ids of tokens from 0 to ${size - 1}, without <pad>, <sos> and <eos>, got ${wrong}.`);
    }
  }
  for (const phrase of [prefix, ...required]) {
    const shown = `[${phrase.join(", ")}]`;
    const banned = forbidden.find((each) => contains(phrase, each));
    if (banned) fail(`[${banned.join(", ")}] is forbidden, but ${shown} must be written. Remove one of them.`);
    if (noRepeatNgram > 0 && repeats(phrase, noRepeatNgram)) {
      fail(`${shown} must be written, but repeats ${noRepeatNgram} tokens, which noRepeatNgram does not allow.`);
    }
  }
  const needed =
    prefix.length + required.reduce((sum, phrase) => sum + (contains(prefix, phrase) ? 0 : phrase.length), 0);
  if (needed > 0 && needed + 1 > maxLength) {
    fail(
      `prefix and required phrases have ${needed} tokens, and <eos> is one more, but maxLength is ${maxLength}. Increase maxLength, or remove a phrase.`,
    );
  }
}

function isControl(id: number, { padId, sosId, eosId }: VocabularySpec): boolean {
  return id === padId || id === sosId || id === eosId;
}

function contains(ids: Phrase, part: Phrase): boolean {
  return ids.some((_, start) => start + part.length <= ids.length && part.every((id, i) => ids[start + i] === id));
}

function repeats(ids: Phrase, n: number): boolean {
  const seen = new Set<string>();
  for (let start = 0; start + n <= ids.length; start++) {
    const key = ids.slice(start, start + n).join();
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}
