import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlignmentLinks, formatPharaoh, parsePharaoh } from "./pharaoh.js";
import { type Symmetrization, symmetrizations, symmetrize } from "./symmetrize.js";

const combined = (forward: string, backward: string, method: Symmetrization): string =>
  formatPharaoh(symmetrize(parsePharaoh(forward).sure, parsePharaoh(backward).sure, method));

describe("symmetrize", () => {
  const forward = "0-0 1-1 2-1 4-4 6-6";
  const backward = "0-0 1-1 1-2 5-4 6-7";

  test.each([
    ["intersection", "0-0 1-1"],
    ["union", "0-0 1-1 1-2 2-1 4-4 5-4 6-6 6-7"],
    // 1-2 and 2-1 are beside 1-1, and link a word that had no link.
    ["grow-diag", "0-0 1-1 1-2 2-1"],
    // Of the forward links 4-4 and 6-6 have a word without a link; then 5-4 and 6-7.
    ["grow-diag-final", "0-0 1-1 1-2 2-1 4-4 5-4 6-6 6-7"],
    // After 4-4 and 6-6, one word of 5-4 and of 6-7 has a link.
    ["grow-diag-final-and", "0-0 1-1 1-2 2-1 4-4 6-6"],
  ] as const)("%s", (method, expected) => {
    expect(combined(forward, backward, method)).toBe(expected);
  });

  test("grows over diagonals and from links that were added", () => {
    expect(combined("0-0 1-1 2-2", "0-0", "grow-diag")).toBe("0-0 1-1 2-2");
    expect(combined("0-0 2-2", "0-0", "grow-diag")).toBe("0-0");
    expect(combined("0-0 1-1 2-2 3-3", "3-3", "grow-diag")).toBe("0-0 1-1 2-2 3-3");
  });

  test("does not add a neighbour whose words both have a link", () => {
    expect(combined("0-0 1-1 0-1", "0-0 1-1", "grow-diag")).toBe("0-0 1-1");
  });

  test("intersection, growing, final links and union contain each other in this order", () => {
    const links = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 14 });
    fc.assert(
      fc.property(links, links, (there: AlignmentLinks, back: AlignmentLinks) => {
        const [least, all, grown, ...final] = symmetrizations.map((each) => symmetrize(there, back, each).map(String));
        expect(grown).toEqual(expect.arrayContaining(least!));
        for (const set of final) {
          expect(set).toEqual(expect.arrayContaining(grown!));
          expect(all).toEqual(expect.arrayContaining(set));
        }
        expect(new Set(all).size).toBe(all!.length);
      }),
    );
  });

  test("refuses a method that does not exist", () => {
    expect(() => symmetrize([], [], "grow" as Symmetrization)).toThrow('one of "intersection", "union", "grow-diag"');
  });
});
