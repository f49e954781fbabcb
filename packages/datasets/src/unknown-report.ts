import type { Vocabulary } from "./vocabulary.js";

/** How much of a text a vocabulary lacks. */
export interface UnknownReport {
  /** tokens of the text */
  readonly tokens: number;
  /** tokens of the text that the vocabulary lacks */
  readonly unknown: number;
  /** `unknown / tokens`, in [0, 1]; 0 for an empty text */
  readonly rate: number;
  /** the missing tokens that occur most often, with their counts */
  readonly examples: readonly (readonly [token: string, count: number])[];
}

/**
 * How much of a text a vocabulary lacks: what {@link Vocabulary.encode} turns into `<unk>`, or refuses.
 *
 * @param vocabulary - the vocabulary
 * @param sentences - tokenised sentences
 * @param options - `examples`: how many missing tokens to name; default 10
 */
export function unknownReport(
  vocabulary: Vocabulary,
  sentences: Iterable<readonly string[]>,
  { examples = 10 }: { examples?: number | undefined } = {},
): UnknownReport {
  const missing = new Map<string, number>();
  let tokens = 0;
  let unknown = 0;
  for (const sentence of sentences) {
    tokens += sentence.length;
    for (const token of sentence) {
      // Special tokens have ids, but in a text they are unknown (see Vocabulary.encode).
      const id = vocabulary.id(token);
      if (id !== undefined && !vocabulary.isSpecial(id)) continue;
      unknown++;
      missing.set(token, (missing.get(token) ?? 0) + 1);
    }
  }
  const ranked = [...missing].sort(([, m], [, n]) => n - m);
  return { tokens, unknown, rate: tokens === 0 ? 0 : unknown / tokens, examples: ranked.slice(0, examples) };
}
