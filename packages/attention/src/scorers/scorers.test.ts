import { describe, expect, test } from "vitest";
import { findScorer } from "../find-by-name.js";
import { scorerChecks } from "../testing/index.js";
import { builtInScorers } from "./index.js";

describe("every scorer", () => {
  for (const scorer of builtInScorers) for (const check of scorerChecks(scorer)) test(check.name, check.run);

  test("is found by its names and aliases, and each name is one scorer's own", () => {
    const names = builtInScorers.flatMap((scorer) => [scorer.name, ...(scorer.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    expect(findScorer("bahdanau").name).toBe("additive");
  });

  test("that nobody knows is an error with a suggestion", () => {
    expect(() => findScorer("aditive")).toThrow(
      `There is no scorer "aditive". Did you mean "additive"? Known: ${builtInScorers.map(({ name }) => name).join(", ")}.`,
    );
  });
});
