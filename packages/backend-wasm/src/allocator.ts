import { BackendError } from "@heed/tensor";

/** Every address and size is a multiple of this many bytes: a cache line, and more than a vector. */
const alignment = 64;
/** Blocks up to this size come from lists of equal blocks, larger ones from an ordered list of holes. */
const smallLimit = 32_768;
/** How much is cut into small blocks at once. */
const slabBytes = 262_144;

/** What an allocator knows of itself. */
export interface AllocatorStatistics {
  /** Bytes given out and not given back, rounded up to whole blocks. */
  readonly bytes: number;
  readonly blocks: number;
  /** Bytes that the memory has grown to. */
  readonly reserved: number;
}

/**
 * Gives out parts of one linear memory and takes them back. Small blocks are kept in lists by size and reused as they
 * are; large ones are cut from the smallest hole that fits, and neighbouring holes are joined, so that batches of
 * changing lengths do not wear the memory out.
 */
export class Allocator {
  /** Free small blocks, by size in lines. */
  readonly #small: number[][] = Array.from({ length: smallLimit / alignment + 1 }, () => []);
  /** Holes in order of their addresses. */
  readonly #holes: { start: number; size: number }[] = [];
  readonly #grow: (bytes: number) => number;
  readonly #limit: number;
  #slab = { next: 0, end: 0 };
  #end: number;
  #bytes = 0;
  #blocks = 0;

  /**
   * @param start - the first free address
   * @param end - the first address beyond the memory
   * @param limit - how far it may grow
   * @param grow - makes the memory reach at least to the given address and returns where it ends now, or throws
   */
  constructor(start: number, end: number, limit: number, grow: (end: number) => number) {
    const first = Math.ceil(start / alignment) * alignment;
    this.#holes.push({ start: first, size: end - first });
    this.#end = end;
    this.#limit = limit;
    this.#grow = grow;
  }

  get statistics(): AllocatorStatistics {
    return { bytes: this.#bytes, blocks: this.#blocks, reserved: this.#end };
  }

  /** The size of the block that `bytes` bytes get. */
  static blockSize(bytes: number): number {
    if (bytes <= 1024) return bytes <= alignment ? alignment : (bytes + alignment - 1) & -alignment;
    if (bytes > smallLimit) return Math.ceil(bytes / 1024) * 1024;
    const step = 1 << (29 - Math.clz32(bytes - 1));
    return (bytes + step - 1) & -step;
  }

  /**
   * The address of a free block.
   *
   * @param size - as {@link Allocator.blockSize} says
   * @throws BackendError when the memory can grow no further
   */
  allocate(size: number): number {
    const address =
      size > smallLimit ? this.#takeLarge(size) : (this.#small[size / alignment]!.pop() ?? this.#cut(size));
    this.#bytes += size;
    this.#blocks++;
    return address;
  }

  /** Takes a block back. */
  free(address: number, size: number): void {
    this.#bytes -= size;
    this.#blocks--;
    if (size > smallLimit) this.#addHole(address, size);
    else this.#small[size / alignment]!.push(address);
  }

  #cut(size: number): number {
    if (this.#slab.next + size > this.#slab.end) {
      const start = this.#takeLarge(slabBytes);
      this.#slab = { next: start, end: start + slabBytes };
    }
    const address = this.#slab.next;
    this.#slab.next += size;
    return address;
  }

  #takeLarge(size: number): number {
    let best = this.#smallestHole(size);
    if (best < 0) {
      this.#extend(size);
      best = this.#smallestHole(size);
    }
    const hole = this.#holes[best]!;
    const address = hole.start;
    hole.start += size;
    hole.size -= size;
    if (hole.size === 0) this.#holes.splice(best, 1);
    return address;
  }

  #smallestHole(size: number): number {
    let best = -1;
    let bestSize = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#holes.length; index++) {
      const hole = this.#holes[index]!;
      if (hole.size >= size && hole.size < bestSize) {
        best = index;
        bestSize = hole.size;
      }
    }
    return best;
  }

  #extend(size: number): void {
    const last = this.#holes.at(-1);
    const usable = last && last.start + last.size === this.#end ? last.size : 0;
    const needed = this.#end + size - usable;
    // A quarter more each time, so that growing is rare; just enough where that is all there is.
    const wanted = Math.min(Math.max(needed, this.#end * 1.25, this.#end + 2 ** 24), this.#limit);
    try {
      if (needed > this.#limit) throw new RangeError(`the limit is ${megabytes(this.#limit)}`);
      const end = this.#grow(Math.max(wanted, needed));
      this.#addHole(this.#end, end - this.#end);
      this.#end = end;
    } catch (cause) {
      throw new BackendError(
        `wasm: out of memory: ${megabytes(size)} were asked for, while ${this.#blocks} buffers with ${megabytes(this.#bytes)} are alive in a memory of ${megabytes(this.#end)}. Use smaller batches, or free tensors (a training step is one scope()).`,
        { cause },
      );
    }
  }

  #addHole(start: number, size: number): void {
    let low = 0;
    let high = this.#holes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#holes[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const before = this.#holes[low - 1];
    const after = this.#holes[low];
    const joinsBefore = before !== undefined && before.start + before.size === start;
    const joinsAfter = after !== undefined && start + size === after.start;
    if (joinsBefore) {
      before.size += size;
      if (joinsAfter) {
        before.size += after.size;
        this.#holes.splice(low, 1);
      }
    } else if (joinsAfter) {
      after.start = start;
      after.size += size;
    } else {
      this.#holes.splice(low, 0, { start, size });
    }
  }
}

function megabytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
