/** How far a hypothesis has come with the phrases that it must contain. */
export interface PhraseProgress {
  /** Whether each phrase was written. */
  readonly met: readonly boolean[];
  /** Number of tokens of each phrase that the hypothesis ends with, if the phrase is not met yet. */
  readonly matched: readonly number[];
  /** Number of tokens of phrases that are met or begun: the bank of the hypothesis. */
  readonly bank: number;
}

/** The phrases that each hypothesis must contain, as ids. */
export class RequiredPhrases {
  /** Number of tokens of all phrases. */
  readonly tokens: number;
  readonly start: PhraseProgress;

  constructor(readonly phrases: readonly (readonly number[])[]) {
    this.tokens = phrases.reduce((sum, phrase) => sum + phrase.length, 0);
    this.start = { met: phrases.map(() => false), matched: phrases.map(() => 0), bank: 0 };
  }

  /**
   * Returns the progress after one more token.
   * @param ids - the whole hypothesis, the new token included
   */
  advance(before: PhraseProgress, ids: readonly number[]): PhraseProgress {
    const matched = this.phrases.map((phrase, i) => (before.met[i] ? 0 : overlap(ids, phrase)));
    const met = this.phrases.map((phrase, i) => before.met[i]! || matched[i] === phrase.length);
    const done = this.phrases.reduce((sum, phrase, i) => sum + (met[i] ? phrase.length : 0), 0);
    const begun = Math.max(0, ...matched.map((count, i) => (met[i] ? 0 : count)));
    return { met, matched, bank: done + begun };
  }

  /** Returns the tokens that continue or begin a phrase that is not met. */
  next({ met, matched }: PhraseProgress): number[] {
    return [...new Set(this.phrases.flatMap((phrase, i) => (met[i] ? [] : [phrase[matched[i]!]!])))];
  }
}

/** Returns the length of the longest beginning of a phrase that a hypothesis ends with. */
function overlap(ids: readonly number[], phrase: readonly number[]): number {
  for (let length = Math.min(ids.length, phrase.length); length > 0; length--) {
    const start = ids.length - length;
    if (phrase.slice(0, length).every((id, i) => ids[start + i] === id)) return length;
  }
  return 0;
}
