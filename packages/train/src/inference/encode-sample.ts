import { HeedError, isHeedError } from "@heed/core";
import type { Encoding } from "@heed/tokenizers";
import type { TextSample } from "../data/training-data.js";
import { runLimits } from "../limits.js";
import type { Run } from "../run/run.js";
import { encodeText } from "./encode-text.js";

/** Both sides of a pair of sentences. */
export interface EncodedSample {
  readonly source: Encoding;
  readonly target: Encoding;
}

/** Encodes a pair; returns the error when that is impossible, or when a side has too many tokens. */
export function encodeSample(run: Run, sample: TextSample): EncodedSample | HeedError {
  const { sentenceTokens } = runLimits;
  try {
    const sides = {
      source: encodeText(run, "source", sample.source),
      target: encodeText(run, "target", sample.target),
    };
    for (const [side, { ids }] of Object.entries(sides)) {
      if (ids.length <= sentenceTokens) continue;
      return new HeedError(`The ${side} has ${ids.length} tokens; at most ${sentenceTokens} can be scored.`);
    }
    return sides;
  } catch (error) {
    if (isHeedError(error)) return error;
    throw error;
  }
}
