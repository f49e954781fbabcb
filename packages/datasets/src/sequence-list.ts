import { HeedError } from "@heed/core";

/** Token ids of one sequence, as a view into a compact array. */
export type IdSequence = Uint16Array | Int32Array;

const largestId = 2 ** 31 - 1;

/**
 * Sequences of ids, one behind the other in one array: two bytes an id while all are below 65,536, then four. Memory grows by
 * half when it is full.
 */
export class SequenceList {
  #ids: IdSequence = new Uint16Array(1024);
  #ends = new Uint32Array(128);
  #length = 0;

  /** The number of sequences. */
  get length(): number {
    return this.#length;
  }

  /** The number of ids in all. */
  get size(): number {
    return this.#length === 0 ? 0 : this.#ends[this.#length - 1]!;
  }

  /** The memory in use, in bytes. */
  get bytes(): number {
    return this.#ids.byteLength + this.#ends.byteLength;
  }

  /** Adds a sequence whose ids were checked by {@link checkIds}; `largest` is its result. */
  push(ids: ArrayLike<number>, largest: number): void {
    const { size } = this;
    const needed = size + ids.length;
    const wide = this.#ids instanceof Int32Array || largest > 0xffff;
    if (needed > this.#ids.length) this.#move(Math.max(needed, Math.ceil(1.5 * this.#ids.length)), wide);
    else if (wide && this.#ids instanceof Uint16Array) this.#move(this.#ids.length, wide);
    if (this.#length === this.#ends.length) this.#moveEnds(Math.ceil(1.5 * this.#length));
    this.#ids.set(ids, size);
    this.#ends[this.#length++] = needed;
  }

  /** Returns sequence i, without a copy. */
  at(i: number): IdSequence {
    return this.#ids.subarray(i === 0 ? 0 : this.#ends[i - 1], this.#ends[i]);
  }

  /** Returns the number of ids of sequence i. */
  lengthOf(i: number): number {
    return this.#ends[i]! - (i === 0 ? 0 : this.#ends[i - 1]!);
  }

  /** Releases the memory that is reserved for growth. */
  trim(): void {
    this.#move(this.size, this.#ids instanceof Int32Array);
    this.#moveEnds(this.#length);
  }

  #move(capacity: number, wide: boolean): void {
    const old = this.#ids.subarray(0, this.size);
    this.#ids = wide ? new Int32Array(capacity) : new Uint16Array(capacity);
    this.#ids.set(old);
  }

  #moveEnds(capacity: number): void {
    const old = this.#ends.subarray(0, this.#length);
    this.#ends = new Uint32Array(Math.max(1, capacity));
    this.#ends.set(old);
  }
}

/**
 * Returns the largest id of a sequence; 0 for an empty one.
 *
 * @param place - where the sequence stands, for the message
 * @throws HeedError when an id is not an integer in [0, 2³¹)
 */
export function checkIds(ids: ArrayLike<number>, place: string): number {
  let largest = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (!Number.isInteger(id) || id < 0 || id > largestId) {
      throw new HeedError(`${place}: an id must be an integer in [0, ${largestId}], got ${id} at position ${i}.`);
    }
    if (id > largest) largest = id;
  }
  return largest;
}
