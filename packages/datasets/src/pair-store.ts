import { HeedError } from "@heed/core";
import type { CopyPair } from "./copy-pair.js";
import type { Alignment } from "./define-task.js";
import type { IdPair } from "./make-batch.js";
import { checkIds, type IdSequence, SequenceList } from "./sequence-list.js";

/**
 * Encoded pairs in compact arrays: two bytes a token while all ids are below 65,536 (four bytes after that), and eight bytes
 * a pair. A million pairs of 2 × 12 tokens need 56 MB, or 104 MB with large ids.
 *
 * @example
 * const store = new PairStore();
 * store.push({ source: [5, 6, 7], target: [8, 9] });
 * store.length; // 1
 * store.source(0); // Uint16Array [5, 6, 7]
 * store.targetLength(0); // 2
 */
export class PairStore {
  readonly #sources = new SequenceList();
  readonly #targets = new SequenceList();
  /** Positions of each pair, source and target in turn. Null until a pair with an alignment is added. */
  #alignments: SequenceList | null = null;
  /** Ids in the extended vocabulary, and the number of extra tokens. Null until a pair with them is added. */
  #copies: readonly [sources: SequenceList, targets: SequenceList, counts: SequenceList] | null = null;

  /** Stores pairs of ids, without `<sos>` and `<eos>`, and releases the memory that is reserved for growth. */
  static from(pairs: Iterable<IdPair>): PairStore {
    const store = new PairStore();
    for (const pair of pairs) store.push(pair);
    store.trim();
    return store;
  }

  /** The number of pairs. */
  get length(): number {
    return this.#sources.length;
  }

  /** The memory in use, in bytes. */
  get bytes(): number {
    const lists = [this.#sources, this.#targets, this.#alignments, ...(this.#copies ?? [])];
    return lists.reduce((sum, list) => sum + (list?.bytes ?? 0), 0);
  }

  /**
   * Adds a pair of ids, without `<sos>` and `<eos>`, which batching adds, its alignment and its ids for copying.
   *
   * @throws HeedError when an id is not an integer in [0, 2³¹), a position is not one of its side, or some pairs have ids for
   *   copying and others have none; the pair is not added
   */
  push({ source, target, alignment, copy }: IdPair): void {
    const largestSource = checkIds(source, `source of pair ${this.length}`);
    const largestTarget = checkIds(target, `target of pair ${this.length}`);
    if (alignment) checkPositions(alignment, source.length, target.length, this.length);
    this.#pushCopy({ source, target, copy });
    if (alignment && !this.#alignments) {
      this.#alignments = new SequenceList();
      for (let i = 0; i < this.length; i++) this.#alignments.push([], 0);
    }
    this.#alignments?.push(alignment?.flat() ?? [], Math.max(source.length, target.length));
    this.#sources.push(source, largestSource);
    this.#targets.push(target, largestTarget);
  }

  /**
   * Returns the source ids of pair i: a view into the store. Do not change it, and do not keep it over a `push`.
   *
   * @throws HeedError when there is no pair i
   */
  source(i: number): IdSequence {
    return this.#sources.at(this.#checked(i));
  }

  /**
   * Returns the target ids of pair i: a view into the store. Do not change it, and do not keep it over a `push`.
   *
   * @throws HeedError when there is no pair i
   */
  target(i: number): IdSequence {
    return this.#targets.at(this.#checked(i));
  }

  /**
   * Returns the number of source ids of pair i.
   *
   * @throws HeedError when there is no pair i
   */
  sourceLength(i: number): number {
    return this.#sources.lengthOf(this.#checked(i));
  }

  /**
   * Returns the number of target ids of pair i, without `<eos>`.
   *
   * @throws HeedError when there is no pair i
   */
  targetLength(i: number): number {
    return this.#targets.lengthOf(this.#checked(i));
  }

  /**
   * Returns the alignment of pair i, pairs of positions [source, target]; undefined when no pair of the store has one.
   *
   * @throws HeedError when there is no pair i
   */
  alignment(i: number): Alignment | undefined {
    const positions = this.#alignments?.at(this.#checked(i));
    return (
      positions && Array.from({ length: positions.length / 2 }, (_, k) => [positions[2 * k]!, positions[2 * k + 1]!])
    );
  }

  /**
   * Returns pair i in its extended vocabulary; undefined when the pairs have none.
   *
   * @throws HeedError when there is no pair i
   */
  copy(i: number): CopyPair | undefined {
    this.#checked(i);
    if (!this.#copies) return undefined;
    const [sources, targets, counts] = this.#copies;
    return { source: sources.at(i), target: targets.at(i), extraTokens: counts.at(i)[0]! };
  }

  /** Releases the memory that is reserved for growth. Call it after the last `push`. */
  trim(): void {
    this.#alignments?.trim();
    for (const list of this.#copies ?? []) list.trim();
    this.#sources.trim();
    this.#targets.trim();
  }

  #pushCopy({ source, target, copy }: IdPair): void {
    if ((copy !== undefined) !== (this.#copies !== null) && this.length > 0) {
      throw new HeedError(
        `PairStore: either all pairs have ids for copying or none has, but pair ${this.length} ${copy ? "has them" : "has none"}. Encode all pairs with the same \`copies\`.`,
      );
    }
    if (!copy) return;
    const sides = [copy.source, copy.target] as const;
    const largest = sides.map((ids) => checkIds(ids, `copy of pair ${this.length}`));
    if (copy.source.length !== source.length || copy.target.length !== target.length) {
      throw new HeedError(
        `PairStore: copy of pair ${this.length} must have as many ids as the pair, ${source.length} and ${target.length}, got ${copy.source.length} and ${copy.target.length}.`,
      );
    }
    this.#copies ??= [new SequenceList(), new SequenceList(), new SequenceList()];
    const [sources, targets, counts] = this.#copies;
    sources.push(copy.source, largest[0]!);
    targets.push(copy.target, largest[1]!);
    counts.push([copy.extraTokens], copy.extraTokens);
  }

  #checked(i: number): number {
    if (Number.isInteger(i) && i >= 0 && i < this.length) return i;
    throw new HeedError(`PairStore: expected the index of one of ${this.length} pairs, got ${i}.`);
  }
}

/** @throws HeedError when a position is not one of its side */
function checkPositions(alignment: Alignment, sources: number, targets: number, pair: number): void {
  const isPosition = (position: number, length: number): boolean =>
    Number.isInteger(position) && position >= 0 && position < length;
  const wrong = alignment.find(([source, target]) => !isPosition(source, sources) || !isPosition(target, targets));
  if (wrong === undefined) return;
  throw new HeedError(
    `PairStore: the alignment of pair ${pair} must have positions [source below ${sources}, target below ${targets}], got [${wrong.join(", ")}].`,
  );
}
