import { HeedError, quoted } from "@heed/core";
import type { Decoded } from "@heed/seq2seq";
import { type Encoding, specialTokens } from "@heed/tokenizers";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { runLimits } from "../limits.js";
import type { Run } from "../run/run.js";
import { decodeBatches } from "./decode-batches.js";
import { encodeText } from "./encode-text.js";

/** Options of {@link translate}. */
export interface TranslateOptions {
  /** Sentences a batch; by default 32. The result does not depend on it. */
  readonly batchSize?: number | undefined;
  /** Most target tokens a sentence; by default twice its length, and at least what the run was trained on. */
  readonly maxLength?: number | undefined;
  /** Stops between batches, with its reason as the error. */
  readonly signal?: AbortSignalLike | undefined;
}

/** A translated line. */
export interface Translation {
  /** Without special tokens; empty for an empty line. */
  readonly text: string;
  /** The tokens of the line, as they are in it, or in its lower-case form. */
  readonly source: readonly string[];
  /** The tokens of the translation. The last one is `<eos>`, unless the length limit was reached first. */
  readonly tokens: readonly string[];
  /** Attention weights in [0, 1], a row a token written, a column a source token; null without attention. */
  readonly weights: readonly (readonly number[])[] | null;
  /** The source tokens that the vocabulary lacks. */
  readonly unknown: readonly string[];
  /** What a person should know about this line, such as unknown words. */
  readonly notices: readonly string[];
}

/**
 * Translates lines by greedy decoding. An empty line gives an empty translation in its place; a line longer than what the
 * run was trained on is translated, with a notice.
 *
 * @throws HeedError when a line has more than 2000 tokens, or `maxLength` is no whole number of at least 1
 * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`: names the line
 * @example
 * const [translation] = await translate(run, ["나는 학생이다."]);
 * console.log(translation.text);
 */
export async function translate(
  run: Run,
  lines: readonly string[],
  { batchSize = 32, maxLength, signal }: TranslateOptions = {},
): Promise<Translation[]> {
  if (maxLength !== undefined && (!Number.isInteger(maxLength) || maxLength < 1)) {
    throw new HeedError(`translate: maxLength must be an integer of at least 1, got ${maxLength}.`);
  }
  const { sentenceTokens } = runLimits; // a file without line ends has more
  const sentences = lines.map((line, i) => {
    const encoding = atLine(i, () => encodeText(run, "source", line));
    const { length } = encoding.ids;
    if (length <= sentenceTokens) return encoding;
    throw new HeedError(
      `Line ${i + 1} has ${length} tokens; at most ${sentenceTokens} can be translated. Put one sentence on a line.`,
    );
  });
  const filled = sentences.flatMap(({ ids }, index) => (ids.length > 0 ? [index] : []));
  const decoded = await decodeBatches(
    run.model,
    filled.map((index) => sentences[index]!.ids),
    {
      vocabulary: run.sourceTokenizer.vocabulary,
      batchSize,
      limit: (i) =>
        maxLength ??
        Math.max(Math.min(run.maxLength.target, runLimits.sentenceTokens), 2 * sentences[filled[i]!]!.ids.length) + 1,
      signal,
    },
  );
  const results: Translation[] = sentences.map(() => empty);
  for (const [i, index] of filled.entries()) {
    results[index] = translation(run, sentences[index]!, decoded[i]!);
  }
  return results;
}

const empty: Translation = { text: "", source: [], tokens: [], weights: null, unknown: [], notices: [] };

function translation(run: Run, encoding: Encoding, { ids, weights }: Decoded): Translation {
  const { sourceTokenizer, targetTokenizer, maxLength } = run;
  const { tokens: source } = encoding;
  const tokens = targetTokenizer.vocabulary.decode(ids, { specials: true });
  const unknown = source.filter((_, i) => encoding.ids[i] === sourceTokenizer.vocabulary.unkId);
  const notices: string[] = [];
  if (source.length > maxLength.source) {
    notices.push(`${source.length} tokens; the model was trained on at most ${maxLength.source}.`);
  }
  if (unknown.length > 0) notices.push(`Not in the vocabulary: ${quoted(new Set(unknown))}.`);
  const missing = tokens.filter((token) => token === specialTokens.unk).length;
  if (missing > 0) notices.push(`The model wrote ${missing} × ${specialTokens.unk}, which the text leaves out.`);
  if (tokens.at(-1) !== specialTokens.eos) notices.push(`Cut off after ${tokens.length} tokens.`);
  return { text: targetTokenizer.decode(ids), source, tokens, weights, unknown, notices };
}

/** Adds the line, from 1, to the message of an error. */
function atLine<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) error.message = `Line ${index + 1}: ${error.message}`;
    throw error;
  }
}
