import { HeedError } from "@heed/core";
/** One sequence of token ids or of token texts. Typed arrays count as sequences too. */
export type TokenSequence = ArrayLike<number> | ArrayLike<string>;

/** How much of padded sequences counts. */
export interface AccuracyOptions {
  /**
   * The padding id: padding at the end of a reference or of a prediction is not part of the sequence. For predictions
   * that a model wrote freely.
   */
  readonly padId?: number | undefined;
  /**
   * The number of tokens of each reference (`[n]`): only so many first positions of the reference *and* of its
   * prediction count. For predictions made under teacher forcing, which say something at padded positions too.
   */
  readonly lengths?: ArrayLike<number> | undefined;
}

/** How one prediction compares with its reference. */
export interface Comparison {
  /** positions at which both hold the same token */
  readonly correct: number;
  /** tokens of the reference */
  readonly total: number;
  /** the same tokens in the same order, and no more */
  readonly exact: boolean;
}

/** Compares every prediction with the reference at the same index. */
export function compareSequences(
  metric: string,
  predictions: readonly TokenSequence[],
  references: readonly TokenSequence[],
  { padId, lengths }: AccuracyOptions,
): Comparison[] {
  if (predictions.length !== references.length) {
    throw new HeedError(
      `${metric}: one prediction a reference was expected, but there are ${predictions.length} predictions and ${references.length} references.`,
    );
  }
  if (padId !== undefined && lengths !== undefined) {
    throw new HeedError(`${metric}: padId and lengths both say where a sequence ends; give one of them.`);
  }
  if (lengths !== undefined && lengths.length !== references.length) {
    throw new HeedError(
      `${metric}: lengths must hold one number a reference: ${references.length} were expected, ${lengths.length} came.`,
    );
  }
  return references.map((reference, i) => {
    const prediction = predictions[i] as TokenSequence;
    if (lengths === undefined) {
      return compare(prediction, trimmed(prediction, padId), reference, trimmed(reference, padId));
    }
    const length = lengths[i] as number;
    if (!Number.isInteger(length) || length < 0 || length > reference.length) {
      throw new HeedError(
        `${metric}: lengths[${i}] must be an integer from 0 to ${reference.length}, the length of that reference; got ${length}.`,
      );
    }
    return compare(prediction, Math.min(length, prediction.length), reference, length);
  });
}

function compare(prediction: TokenSequence, predicted: number, reference: TokenSequence, total: number): Comparison {
  let correct = 0;
  for (let i = 0; i < Math.min(predicted, total); i++) if (prediction[i] === reference[i]) correct++;
  return { correct, total, exact: correct === total && predicted === total };
}

/** The length without the padding at the end. */
function trimmed(sequence: TokenSequence, padId: number | undefined): number {
  let length = sequence.length;
  if (padId !== undefined) while (length > 0 && sequence[length - 1] === padId) length--;
  return length;
}
