import { HeedError, isHeedError, quoted, shownJson } from "@heed/core";
import { SearchError } from "@heed/seq2seq";
import type { Run } from "../run/run.js";
import type { IdConstraints } from "./decode-batches.js";
import { encodeText } from "./encode-text.js";

/** What translations must begin with, contain, and not contain, as text. */
export interface TextConstraints {
  /** Text that each translation begins with; or a list with a text for each line, `""` for none. */
  readonly prefix?: string | readonly string[] | undefined;
  /** Phrases that each translation must contain. The search must be a beam. */
  readonly required?: readonly string[] | undefined;
  /** Phrases that no translation may contain. */
  readonly forbidden?: readonly string[] | undefined;
}

/**
 * Encodes constraints as target ids.
 *
 * @param lines - number of lines
 * @returns a function from the index of a line to its constraints
 * @throws SearchError when a phrase has no tokens, or a token that the target vocabulary does not have, or when a forbidden
 * phrase is a part of one that must be written
 */
export function encodeConstraints(
  run: Run,
  { prefix = "", required = [], forbidden = [] }: TextConstraints,
  lines: number,
): (index: number) => IdConstraints {
  if (typeof prefix !== "string" && prefix.length !== lines) {
    throw new SearchError(`translate: prefix must have a text for each of the ${lines} lines, got ${prefix.length}.`);
  }
  const phrases = (name: string, texts: readonly string[]) =>
    texts.map((text) => {
      const ids = encodePhrase(run, name, text);
      if (ids.length > 0) return ids;
      throw new SearchError(`translate: ${name}: expected a phrase, got ${shownJson(text)}, which has no tokens.`);
    });
  const shared = { required: phrases("required", required), forbidden: phrases("forbidden", forbidden) };
  const beginnings = typeof prefix === "string" ? [prefix] : prefix;
  const prefixes = beginnings.map((text) => encodePhrase(run, "prefix", text));
  for (const [i, ids] of [...shared.required, ...prefixes].entries()) {
    const banned = shared.forbidden.findIndex((phrase) => includes(ids, phrase));
    if (banned < 0) continue;
    const text = shownJson([...required, ...beginnings][i]);
    throw new SearchError(
      `translate: forbidden ${shownJson(forbidden[banned])} is a part of ${text}, which must be written. Remove one of them.`,
    );
  }
  return (index) => ({ ...shared, prefix: prefixes[typeof prefix === "string" ? 0 : index]! });
}

function includes(ids: readonly number[], part: readonly number[]): boolean {
  return ids.some((_, start) => part.every((id, i) => ids[start + i] === id));
}

function encodePhrase(run: Run, name: string, text: string): number[] {
  const { unkId, size } = run.targetTokenizer.vocabulary;
  try {
    const { ids, tokens } = encodeText(run, "target", text);
    const unknown = tokens.filter((_, i) => ids[i] === unkId);
    if (unknown.length === 0) return ids;
    throw new HeedError(`The target vocabulary of ${size} tokens has no ${quoted(unknown)}. Use other words.`);
  } catch (error) {
    if (!isHeedError(error)) throw error;
    throw new SearchError(`translate: ${name} ${shownJson(text)}: ${error.message}`, { cause: error });
  }
}
