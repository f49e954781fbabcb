/** How often a token stands twice in a row, each number counted over all sentences. */
export interface Repeats {
  /** Tokens, `<eos>` left out. */
  readonly tokens: number;
  /** Tokens that are the same as the one before. */
  readonly repeated: number;
  /** Those of them that the reference of the sentence does not have: the sum over sentences of max(0, written − gold). */
  readonly beyond: number;
  /** The same of special tokens alone, such as `<unk>`. */
  readonly specialBeyond: number;
  /** Sentences in which a token stands three times in a row, and nowhere so in the reference. */
  readonly stuck: number;
  readonly sentences: number;
}

/** Counts in what was written, beside the references. */
export function repeatsOf(written: readonly (readonly string[])[], gold: readonly (readonly string[])[]): Repeats {
  const sum = { tokens: 0, repeated: 0, beyond: 0, specialBeyond: 0, stuck: 0, sentences: gold.length };
  for (const [i, reference] of gold.entries()) {
    const tokens = (written[i] ?? []).filter((token) => token !== "<eos>");
    const repeated = inARow(tokens, 2).length;
    sum.tokens += tokens.length;
    sum.repeated += repeated;
    sum.beyond += Math.max(0, repeated - inARow(reference, 2).length);
    const special = (list: readonly string[]): number => inARow(list, 2).filter((token) => /^<.+>$/.test(token)).length;
    sum.specialBeyond += Math.max(0, special(tokens) - special(reference));
    if (inARow(tokens, 3).length > 0 && inARow(reference, 3).length === 0) sum.stuck++;
  }
  return sum;
}

/** Adds up counts. */
export function addRepeats(list: readonly Repeats[]): Repeats {
  const total = (key: keyof Repeats): number => list.reduce((sum, one) => sum + one[key], 0);
  return {
    tokens: total("tokens"),
    repeated: total("repeated"),
    beyond: total("beyond"),
    specialBeyond: total("specialBeyond"),
    stuck: total("stuck"),
    sentences: total("sentences"),
  };
}

/** The tokens that are the same as those right before them, so many in a row. */
function inARow(tokens: readonly string[], count: number): string[] {
  return tokens.filter(
    (token, i) => i >= count - 1 && tokens.slice(i - count + 1, i).every((before) => before === token),
  );
}
