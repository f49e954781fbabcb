import { expect, test } from "vitest";
import { nearest } from "./names.js";

test("a candidate that begins with the name comes first", () => {
  const keys = ["training.accumulate", "training.eps", "training.epochs"];
  expect(nearest("training.accum", keys)).toBe("training.accumulate");
  expect(nearest("training.accum", keys.toReversed())).toBe("training.accumulate");
  expect(nearest("training.epohcs", keys)).toBe("training.epochs");
  expect(nearest("training.ep", keys)).toBe("training.eps");
});
