import { HeedError } from "@heed/core";
/** Options of {@link unigramLoss}. */
export interface UnigramLossOptions {
  /** what every token's count is raised by, so that a token that training lacks is not impossible; default 1 */
  readonly smoothing?: number | undefined;
  /** the number of tokens that could be predicted; default: the distinct ids in `train` and `valid` together */
  readonly vocabularySize?: number | undefined;
}

/**
 * The cross-entropy of predicting token frequencies: what a model reaches that knows how often each token occurs, and
 * nothing else. A model that reads its source must do better.
 *
 * `−(1/N) Σ_t log p(y_t)`, `p(y) = (count(y) + s) / (Σ count + s · V)` (additive smoothing; Lidstone 1920)
 *
 * @param trainIds - the training targets, a sequence of ids each (with `<eos>` where the model predicts it)
 * @param validIds - the validation targets, likewise
 * @returns nats per token
 * @throws HeedError where either holds no token, where smoothing is negative, or where the vocabulary is too small
 * @example
 * unigramLoss([[3, 4]], [[3, 4, 4]]); // ln 2 ≈ 0.693: both tokens are equally frequent
 */
export function unigramLoss(
  trainIds: Iterable<ArrayLike<number>>,
  validIds: Iterable<ArrayLike<number>>,
  { smoothing = 1, vocabularySize }: UnigramLossOptions = {},
): number {
  if (!(smoothing >= 0 && smoothing < Number.POSITIVE_INFINITY)) {
    throw new HeedError(`unigramLoss: smoothing must be a finite number of at least 0; got ${smoothing}.`);
  }
  const train = frequencies(trainIds);
  const valid = frequencies(validIds);
  if (train.total === 0 || valid.total === 0) {
    throw new HeedError(`unigramLoss: the ${train.total === 0 ? "training" : "validation"} targets hold no token.`);
  }
  const seen = new Set([...train.counts.keys(), ...valid.counts.keys()]).size;
  const size = vocabularySize ?? seen;
  if (!Number.isInteger(size) || size < seen) {
    throw new HeedError(
      `unigramLoss: vocabularySize must be an integer of at least ${seen}, the number of distinct ids; got ${size}.`,
    );
  }
  let loss = 0;
  for (const [id, count] of valid.counts) {
    const probability = ((train.counts.get(id) ?? 0) + smoothing) / (train.total + smoothing * size);
    loss -= count * Math.log(probability);
  }
  return loss / valid.total;
}

function frequencies(sequences: Iterable<ArrayLike<number>>): { counts: Map<number, number>; total: number } {
  const counts = new Map<number, number>();
  let total = 0;
  for (const sequence of sequences) {
    for (let i = 0; i < sequence.length; i++) {
      const id = sequence[i] as number;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total++;
    }
  }
  return { counts, total };
}
