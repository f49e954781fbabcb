import { HeedError, isHeedError } from "@heed/core";
import { copySource } from "@heed/datasets";
import { runLimits } from "../limits.js";
import type { Run } from "../run/run.js";
import { checkRuns } from "./check-runs.js";
import { decodeBatches } from "./decode-batches.js";
import { encodeConstraints } from "./encode-constraints.js";
import { encodeText } from "./encode-text.js";
import { emptyTranslation, toTranslation } from "./to-translation.js";
import type { TranslateOptions } from "./translate-options.js";
import type { Translation } from "./translation.js";

/** Translates lines, as `translate` says. */
export async function translateLines(
  runs: Run | readonly Run[],
  lines: readonly string[],
  options: TranslateOptions,
): Promise<Translation[]> {
  const {
    batchSize = 32,
    maxLength,
    replaceUnknown = false,
    search,
    minLength,
    noRepeatNgram,
    trace,
    signal,
  } = options;
  if (maxLength !== undefined && (!Number.isInteger(maxLength) || maxLength < 1)) {
    throw new HeedError(`translate: maxLength must be an integer of at least 1, got ${maxLength}.`);
  }
  const members = checkRuns("translate", runs);
  const [run] = members;
  const constraints = encodeConstraints(run, options, lines.length);
  const sentences = lines.map((line) => encodeLine(run, line));
  const filled = sentences.flatMap((sentence, index) =>
    isHeedError(sentence) || sentence.ids.length === 0 ? [] : [{ index, sentence }],
  );
  // An ensemble copies if all its models can.
  const copies = members.every(({ model }) => model.usesCopy)
    ? filled.map(({ sentence }) => copySource(sentence.tokens, run.targetTokenizer.vocabulary))
    : null;
  const trained = Math.max(...members.map((each) => each.maxLength.target));
  const longest = Math.min(trained, runLimits.sentenceTokens);
  const decoded = await decodeBatches(
    members.map(({ model }) => model),
    filled.map(({ sentence }) => sentence.ids),
    {
      vocabulary: run.sourceTokenizer.vocabulary,
      ...{ batchSize, search, signal },
      ...(minLength !== undefined && { minLength }),
      ...(noRepeatNgram !== undefined && { noRepeatNgram }),
      ...(trace !== undefined && { trace }),
      copy: copies ? (i) => ({ source: copies[i]!.ids, extraTokens: copies[i]!.extraTokens.length }) : undefined,
      position: (i) => (options.firstPosition ?? 0) + filled[i]!.index,
      constraints: (i) => constraints(filled[i]!.index),
      limit(i) {
        if (maxLength !== undefined) return maxLength;
        const { prefix, required } = constraints(filled[i]!.index);
        const forced = required.reduce((sum, phrase) => sum + phrase.length, prefix.length);
        return Math.max(longest, 2 * filled[i]!.sentence.ids.length, minLength ?? 0) + 1 + forced;
      },
    },
  );
  const results: Translation[] = sentences.map((sentence) =>
    isHeedError(sentence) ? { ...emptyTranslation, error: sentence.message } : emptyTranslation,
  );
  for (const [i, { index, sentence }] of filled.entries()) {
    const result = decoded[i]!;
    results[index] = isHeedError(result)
      ? { ...emptyTranslation, source: sentence.tokens, error: result.message }
      : toTranslation(run, sentence, result, { replaceUnknown, extraTokens: copies?.[i]?.extraTokens ?? [] });
  }
  return results;
}

/** Encodes a line; returns the error when that is impossible. */
function encodeLine(run: Run, line: string): ReturnType<typeof encodeText> | HeedError {
  const { sentenceTokens } = runLimits; // a file without line ends has more
  try {
    const encoding = encodeText(run, "source", line);
    const { length } = encoding.ids;
    if (length <= sentenceTokens) return encoding;
    return new HeedError(
      `The line has ${length} tokens; at most ${sentenceTokens} can be translated. Put one sentence on a line.`,
    );
  } catch (error) {
    if (isHeedError(error)) return error;
    throw error;
  }
}
