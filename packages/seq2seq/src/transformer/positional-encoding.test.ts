import { Random } from "@heed/core";
import { cpu, Draw, type Tensor, use, zeros } from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { PositionalEncoding, type PositionKind } from "./positional-encoding.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const random = new Random(1);
const build = (kind: PositionKind, size: number, maxPositions: number, scale?: number): PositionalEncoding =>
  new PositionalEncoding({ kind, size, maxPositions, ...(scale === undefined ? {} : { scale }), random });
const sinusoidal = (size: number, scale?: number): PositionalEncoding => build("sinusoidal", size, 1, scale);
const learned = (size: number, maxPositions: number, scale?: number): PositionalEncoding =>
  build("learned", size, maxPositions, scale);

describe("sinusoidal positions", () => {
  test("are sines and cosines in turn, each pair slower than the one before", async () => {
    const rows = [0, 1, 2].flatMap((pos) => [
      Math.sin(pos),
      Math.cos(pos),
      Math.sin(pos / 10000 ** (2 / 5)),
      Math.cos(pos / 10000 ** (2 / 5)),
      Math.sin(pos / 10000 ** (4 / 5)),
    ]);
    assertClose("rows", await toHost(sinusoidal(5).forward(zeros([1, 3, 5]))), host(rows, [1, 3, 5]), 1e-12);
  });

  test("that are k apart are one rotation apart, wherever they stand", async () => {
    const size = 6;
    const rows = await sinusoidal(size)
      .forward(zeros([1, 30, size]))
      .data();
    for (let i = 0; i < size; i += 2) {
      const angle = 4 / 10000 ** (i / size);
      for (const pos of [0, 7, 25]) {
        const at = (p: number, j: number): number => rows[p * size + i + j]!;
        const [sine, cosine] = [at(pos, 0), at(pos, 1)];
        expect(at(pos + 4, 0)).toBeCloseTo(sine * Math.cos(angle) + cosine * Math.sin(angle), 10);
        expect(at(pos + 4, 1)).toBeCloseTo(cosine * Math.cos(angle) - sine * Math.sin(angle), 10);
      }
    }
  });
});

describe.each([
  ["sinusoidal", (scale?: number) => sinusoidal(4, scale)],
  ["learned", (scale?: number) => learned(4, 9, scale)],
] as const)("%s positions", (_, make) => {
  test("are added to the tokens, which are scaled by √d", async () => {
    const positions = make();
    const x = new Draw(1).randn(2, 3, 4);
    const tokens = await x.data();
    const rows = await positions.forward(zeros([1, 3, 4])).data();
    const sums = Array.from(tokens, (value, i) => 2 * value + rows[i % 12]!);
    assertClose("sums", await toHost(positions.forward(x)), host(sums, [2, 3, 4]), 1e-12);
  });

  test("leave the tokens as they are with a scale of 1", async () => {
    const positions = make(1);
    const x = new Draw(1).randn(2, 3, 4);
    const tokens = await x.data();
    const rows = await positions.forward(zeros([1, 3, 4])).data();
    const sums = Array.from(tokens, (value, i) => value + rows[i % 12]!);
    assertClose("sums", await toHost(positions.forward(x)), host(sums, [2, 3, 4]), 1e-12);
  });

  test("count from where the sequence starts", async () => {
    const positions = make();
    const all = await positions.forward(zeros([1, 5, 4])).data();
    const later: Tensor = positions.forward(zeros([1, 2, 4]), 3);
    assertClose("rows", await toHost(later), host([...all].slice(12), [1, 2, 4]), 1e-12);
  });
});

test("more positions than were learned are an error that says what to do", () => {
  const positions = learned(4, 3);
  expect(positions.forward(zeros([1, 3, 4])).shape).toEqual([1, 3, 4]);
  expect(() => positions.forward(zeros([1, 2, 4]), 2)).toThrow(
    /has 4 tokens, but only 3 positions are learned: raise model\.maxPositions/,
  );
});
