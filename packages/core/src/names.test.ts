import { expect, test } from "vitest";
import { nearest, quoted, shownJson } from "./names.js";

test("a candidate that begins with the name comes first", () => {
  const keys = ["training.accumulate", "training.eps", "training.epochs"];
  expect(nearest("training.accum", keys)).toBe("training.accumulate");
  expect(nearest("training.accum", keys.toReversed())).toBe("training.accumulate");
  expect(nearest("training.epohcs", keys)).toBe("training.epochs");
  expect(nearest("training.ep", keys)).toBe("training.eps");
});

test("a message shows a part of long values, and describes those that are not JSON", () => {
  expect(shownJson({ a: [1, "b"] })).toBe('{"a":[1,"b"]}');
  expect(shownJson("x".repeat(5000))).toHaveLength(1001);
  const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  expect(shownJson(deep)).toBe("a list");
  expect(shownJson({ deep })).toBe("an object");
});

test("a message lists a part of many or long names", () => {
  expect(quoted(["x".repeat(300)])).toBe(`"${"x".repeat(200)}…"`);
  expect(quoted(Array.from({ length: 300 }, (_, i) => String(i))).endsWith('"199", …')).toBe(true);
});
