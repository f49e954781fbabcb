/** Shares in [0, 1]. */
export interface Accuracy {
  /** Whole sequences that are right, `<eos>` included. */
  readonly sequences: number;
  /** Positions that agree, of the longer of the two sequences: a missing token and one too many are both wrong. */
  readonly tokens: number;
}

/**
 * How much of what was written is gold, when each token had to be written after the ones before it.
 *
 * @param written - tokens by sentence, with `<eos>`
 * @param gold - in the same order
 */
export function accuracyOf(written: readonly (readonly string[])[], gold: readonly (readonly string[])[]): Accuracy {
  let [whole, right, all] = [0, 0, 0];
  for (const [i, tokens] of gold.entries()) {
    const other = written[i] ?? [];
    const longer = Math.max(tokens.length, other.length);
    const same = tokens.filter((token, at) => other[at] === token).length;
    right += same;
    all += longer;
    if (same === longer) whole++;
  }
  return { sequences: whole / gold.length, tokens: right / all };
}
