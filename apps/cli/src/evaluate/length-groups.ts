/** Sentences of similar length. */
export interface LengthGroup {
  /** Lengths of the shortest and of the longest source. */
  readonly from: number;
  readonly to: number;
  /** Indices of the sentences. */
  readonly sentences: readonly number[];
}

/** Sources by their length. */
export interface LengthGroups {
  /** Characters where a script writes no spaces between words. */
  readonly unit: "words" | "characters";
  readonly groups: readonly LengthGroup[];
}

const GROUPS = 6;
/** The value of fewer sentences is mostly chance. */
const LEAST = 20;

/** Groups sentences by the length of their source into at most six groups of about the same number of sentences. */
export function groupByLength(sources: readonly string[]): LengthGroups {
  const words = sources.map((text) => text.split(/\s+/u).filter(Boolean).length);
  const characters = sources.map((text) => Array.from(text.trim()).length);
  const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);
  const unit = sum(characters) > 15 * sum(words) ? "characters" : "words";
  const lengths = unit === "words" ? words : characters;
  const sorted = [...sources.keys()].sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const wanted = Math.max(LEAST, Math.ceil(sources.length / GROUPS));
  const groups: number[][] = [];
  for (const [rank, sentence] of sorted.entries()) {
    const group = groups.at(-1);
    const longer = rank > 0 && lengths[sentence]! > lengths[sorted[rank - 1]!]!;
    // Sentences of the same length stay together, and the last group is not a small one.
    if (!group || (longer && group.length >= wanted && sorted.length - rank >= LEAST)) groups.push([sentence]);
    else group.push(sentence);
  }
  return {
    unit,
    groups: groups.map((sentences) => ({
      ...{ from: lengths[sentences[0]!]!, to: lengths[sentences.at(-1)!]!, sentences },
    })),
  };
}

/** Writes the lengths of a group: `5–8`. */
export function lengthsOf({ from, to }: Pick<LengthGroup, "from" | "to">): string {
  return from === to ? `${from}` : `${from}–${to}`;
}
