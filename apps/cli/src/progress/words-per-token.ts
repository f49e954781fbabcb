import type { PreparedData } from "@heed/train";

/** Targets that are decoded. */
const SAMPLE = 1000;

/**
 * Returns the number of words, separated by white space, for each target token, `<eos>` included: over targets from all parts
 * of the training data.
 */
export function wordsPerToken({ train, targetTokenizer }: Pick<PreparedData, "train" | "targetTokenizer">): number {
  const step = Math.max(1, train.length / SAMPLE);
  let words = 0;
  let tokens = 0;
  for (let i = 0; i < train.length; i += step) {
    const ids = train.target(Math.floor(i));
    words += targetTokenizer.decode(ids).split(/\s+/).filter(Boolean).length;
    tokens += ids.length + 1;
  }
  return tokens === 0 ? 1 : words / tokens;
}
