import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignmentErrorRate, alignmentStatistics, parseScoredPositions } from "./alignment-error-rate.js";
import { type AlignmentLinks, parsePharaoh } from "./pharaoh.js";
import { corpusScore, sentenceScores } from "./sentence-statistics.js";

const gold = ["0-0 1-1 2?2 2?3", "0-1"].map((line) => parsePharaoh(line));

describe("alignmentErrorRate", () => {
  test("counts sure links for recall, and possible ones for precision", () => {
    // A has 4 links, 3 of them in P (0-0, 2?2, 0-1) and 2 of them in S (0-0, 0-1); S has 3, P has 5.
    const links: AlignmentLinks[] = [
      [
        [0, 0],
        [2, 2],
        [1, 0],
      ],
      [[0, 1]],
    ];
    expect(alignmentErrorRate(links, gold)).toEqual({
      ...{ errorRate: 1 - (2 + 3) / (4 + 3), precision: 3 / 4, recall: 2 / 3 },
      ...{ links: 4, sure: 3, possible: 5 },
    });
  });

  test("is 0 for the sure links, with or without possible ones, and 1 for links that are all wrong", () => {
    const sure = gold.map((each) => each.sure);
    expect(alignmentErrorRate(sure, gold).errorRate).toBe(0);
    const all = gold.map((each) => [...each.sure, ...each.possible]);
    expect(alignmentErrorRate(all, gold)).toMatchObject({ errorRate: 0, precision: 1, recall: 1 });
    expect(alignmentErrorRate([[[5, 5]], [[0, 0]]], gold)).toMatchObject({ errorRate: 1, precision: 0, recall: 0 });
  });

  test("counts a link once, also one that is sure and possible", () => {
    const twice = [{ sure: [[0, 0]], possible: [[0, 0]] }] as const;
    expect(
      alignmentErrorRate(
        [
          [
            [0, 0],
            [0, 0],
          ],
        ],
        twice,
      ),
    ).toMatchObject({ errorRate: 0, links: 1, sure: 1, possible: 1 });
  });

  test("leaves out links with an end that was not aligned by hand", () => {
    const line = parsePharaoh("0-0 2-1");
    const links = ["0-0 1-1 2-2 0-1"].map((text) => parsePharaoh(text).sure);
    expect(alignmentErrorRate(links, [line]).links).toBe(4);
    const scored = [parseScoredPositions("0 2\t0 1")];
    expect(parseScoredPositions("1 3\t1 2", { first: 1 })).toEqual(scored[0]);
    expect(alignmentErrorRate(links, [line], { scored })).toMatchObject({
      links: 2,
      sure: 2,
      precision: 0.5,
      recall: 0.5,
    });
    expect(alignmentErrorRate(links, [line], { scored: [{ source: [0], target: [0] }] })).toMatchObject({
      ...{ errorRate: 0, links: 1, sure: 1 },
    });
  });

  test("has a value where there is no link", () => {
    const none = [parsePharaoh("")];
    expect(alignmentErrorRate([[]], none)).toMatchObject({ errorRate: 0, precision: 0, recall: 0 });
    expect(alignmentErrorRate([[[0, 0]]], none).errorRate).toBe(1);
    expect(alignmentErrorRate([[]], [parsePharaoh("0-0")]).errorRate).toBe(1);
  });

  test("refuses lists of different lengths", () => {
    expect(() => alignmentErrorRate([[]], gold)).toThrow("got links of 1, gold links of 2.");
    expect(() => alignmentErrorRate([], [])).toThrow("at least one; got links of 0");
    expect(() => alignmentErrorRate([[], []], gold, { scored: [] })).toThrow("and scored positions of 0.");
  });

  test("is the score of the statistics, and stays in [0, 1]", () => {
    const link = fc.tuple(fc.nat(3), fc.nat(3));
    const pair = fc.record({ links: fc.array(link), sure: fc.array(link), possible: fc.array(link) });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const links = pairs.map((each) => each.links);
        const { errorRate, precision, recall } = alignmentErrorRate(links, pairs);
        for (const value of [errorRate, precision, recall]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const statistics = alignmentStatistics(links, pairs);
        expect(corpusScore(statistics)).toBe(errorRate);
        expect(sentenceScores(statistics)[0]).toBe(alignmentErrorRate(links.slice(0, 1), pairs.slice(0, 1)).errorRate);
      }),
    );
  });
});

test("positions that count are parsed", () => {
  expect(parseScoredPositions("0 2 13\t1\n")).toEqual({ source: [0, 2, 13], target: [1] });
  expect(parseScoredPositions("\t")).toEqual({ source: [], target: [] });
  for (const wrong of ["0 1", "0\t1\t2", "0 a\t1", "0\t-1", "0\t1.5"]) {
    expect(() => parseScoredPositions(wrong), wrong).toThrow("Expected positions from 0");
  }
});
