import { existsSync, readFileSync } from "node:fs";
import { Random } from "@heed/core";
import { describe, expect, test } from "vitest";
import { alignmentErrorRate, parseScoredPositions } from "./alignment-error-rate.js";
import { type AlignmentLinks, parsePharaoh } from "./pharaoh.js";

interface ExpectedRates {
  readonly S: number;
  readonly P: number;
  readonly systems: Record<string, { AER: number; precision: number; recall: number; links: number }>;
}

const folder = new URL("../../../../shared/data/", import.meta.url);
const present = existsSync(new URL("align_hansards_enfr/", folder));
if (!present) console.warn("SKIPPED: alignments made by hand: shared/data/align_hansards_enfr is not here.");

const lines = (file: string) =>
  present ? readFileSync(new URL(file, folder), "utf8").replace(/\n$/, "").split("\n") : [];
const positionsOf = (line: string) => [...line.split(" ").keys()];

describe.skipIf(!present)("alignments made by hand (needs the test data)", () => {
  const expected = (
    present ? JSON.parse(lines("align_hansards_enfr/expected_aer.json").join("\n")) : { systems: {} }
  ) as ExpectedRates;
  const hansards = lines("align_hansards_enfr/test.pharaoh").map((line) => parsePharaoh(line));

  test("Hansards: as many sure and possible links as were published", () => {
    const perfect = hansards.map(({ sure }) => sure);
    const counted = alignmentErrorRate(perfect, hansards);
    expect(counted).toEqual({
      errorRate: 0,
      precision: 1,
      recall: 1,
      links: 4038,
      sure: expected.S,
      possible: expected.P,
    });
  });

  test.each(Object.entries(expected.systems))("Hansards: the rate of an output like %s", (_, system) => {
    // The outputs are in lilt/alignment-scripts. Any output with as many sure, possible and wrong links has the same rates.
    const foundSure = Math.round(system.recall * expected.S);
    const foundPossible = Math.round(system.precision * system.links);
    const output = outputWith(foundSure, foundPossible, system.links);
    const { errorRate, precision, recall, links } = alignmentErrorRate(output, hansards);
    expect(links).toBe(system.links);
    expect(errorRate).toBeCloseTo(system.AER, 5);
    expect(precision).toBeCloseTo(system.precision, 5);
    expect(recall).toBeCloseTo(system.recall, 5);
  });

  /** Draws links of which some are sure, some possible, and the others wrong. */
  function outputWith(sure: number, possible: number, all: number): AlignmentLinks[] {
    const random = new Random(5);
    const chosen = (kind: "sure" | "possible", count: number) => {
      const every = hansards.flatMap((each, i) => each[kind].map((link) => [i, link] as const));
      return random.shuffle(every).slice(0, count);
    };
    const output = hansards.map((): (readonly [number, number])[] => []);
    for (const [i, link] of [...chosen("sure", sure), ...chosen("possible", possible - sure)]) output[i]!.push(link);
    for (let k = 0; k < all - possible; k++) output[k % output.length]!.push([1000 + k, 0]);
    return output;
  }

  test("PUD: positions that were aligned by hand count, all others do not", () => {
    const gold = lines("align_pud_enko/pud.pharaoh").map((line) => parsePharaoh(line));
    const scored = lines("align_pud_enko/pud.scored").map((line) => parseScoredPositions(line));
    const sides = [lines("align_pud_enko/pud.en"), lines("align_pud_enko/pud.ko")] as const;
    const sure = gold.map((each) => each.sure);
    const links = sure.reduce((sum, each) => sum + each.length, 0);
    expect(alignmentErrorRate(sure, gold, { scored })).toMatchObject({ errorRate: 0, precision: 1, recall: 1, links });

    // Links of function words change nothing; the diagonal is a poor alignment.
    const functionWords = sides[0].map((line, i) =>
      positionsOf(line)
        .filter((position) => !scored[i]!.source.includes(position))
        .map((position) => [position, 0] as const),
    );
    const more = sure.map((each, i) => [...each, ...functionWords[i]!]);
    expect(alignmentErrorRate(more, gold, { scored }).errorRate).toBe(0);
    expect(alignmentErrorRate(more, gold).errorRate).toBeGreaterThan(0.1);
    const diagonal = sides[1].map((line, i) => {
      const source = sides[0][i]!.split(" ").length;
      const target = line.split(" ").length;
      return positionsOf(line).map((position) => [Math.floor((position * source) / target), position] as const);
    });
    expect(alignmentErrorRate(diagonal, gold, { scored }).errorRate).toBeGreaterThan(0.85);
  });
});
