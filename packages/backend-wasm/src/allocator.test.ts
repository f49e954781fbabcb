import { BackendError } from "@heed/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Allocator } from "./allocator.js";

const mebibyte = 2 ** 20;
const { blockSize } = Allocator;

/** An allocator over imaginary memory that may grow to `limit`. */
function imaginary(limit: number, grown: number[] = []): Allocator {
  return new Allocator(100, mebibyte, limit, (end) => {
    const reached = Math.min(limit, Math.ceil(end / 65_536) * 65_536);
    grown.push(reached);
    return reached;
  });
}

describe("Allocator", () => {
  test("gives out blocks that never overlap, whatever comes and goes", () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 3_000, max: 400_000 }));
    const actions = fc.array(fc.tuple(fc.boolean(), sizes, fc.nat()), { maxLength: 200 });
    fc.assert(
      fc.property(actions, (list) => {
        const allocator = imaginary(256 * mebibyte);
        const alive: { start: number; size: number }[] = [];
        for (const [take, asked, pick] of list) {
          if (take || alive.length === 0) {
            const size = blockSize(asked);
            const start = allocator.allocate(size);
            expect(start % 64).toBe(0);
            expect(start).toBeGreaterThanOrEqual(100);
            expect(start + size).toBeLessThanOrEqual(allocator.statistics.reserved);
            for (const other of alive) {
              expect(start + size <= other.start || other.start + other.size <= start).toBe(true);
            }
            alive.push({ start, size });
          } else {
            const [block] = alive.splice(pick % alive.length, 1);
            allocator.free(block!.start, block!.size);
          }
        }
        expect(allocator.statistics.blocks).toBe(alive.length);
        expect(allocator.statistics.bytes).toBe(alive.reduce((total, { size }) => total + size, 0));
      }),
    );
  });

  test("a block is at least as large as what was asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (bytes) => {
        const size = blockSize(bytes);
        expect(size).toBeGreaterThanOrEqual(bytes);
        expect(size % 64).toBe(0);
        expect(size).toBeLessThanOrEqual(Math.max(64, bytes * 1.26 + 64));
      }),
    );
  });

  test("reuses what was freed: the memory does not grow", () => {
    const grown: number[] = [];
    const allocator = imaginary(256 * mebibyte, grown);
    const round = (): void => {
      const blocks = [70_000, 500_000, 40, 1_200, 33_000]
        .map(blockSize)
        .map((size) => [allocator.allocate(size), size] as const);
      for (const [start, size] of blocks) allocator.free(start, size);
    };
    round();
    const { reserved } = allocator.statistics;
    for (let i = 0; i < 100; i++) round();
    expect(allocator.statistics.reserved).toBe(reserved);
  });

  test("joins holes, so that parts can be given out as a whole again", () => {
    const allocator = imaginary(2 * mebibyte);
    const parts = Array.from({ length: 8 }, () => allocator.allocate(blockSize(200_000)));
    for (const index of [1, 3, 5, 7, 0, 2, 4, 6]) allocator.free(parts[index]!, blockSize(200_000));
    expect(() => allocator.allocate(blockSize(1_500_000))).not.toThrow();
  });

  test("refuses what does not fit, and says how much was asked for and what is alive", () => {
    const allocator = imaginary(4 * mebibyte);
    allocator.allocate(mebibyte);
    expect(() => allocator.allocate(5 * mebibyte)).toThrow(BackendError);
    expect(() => allocator.allocate(5 * mebibyte)).toThrow(
      /5\.0 MiB were asked for, while 1 buffers with 1\.0 MiB are alive/,
    );
    expect(() => allocator.allocate(mebibyte)).not.toThrow();
  });
});
