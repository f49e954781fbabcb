import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { harmless, pad, table } from "./columns.js";

describe("table", () => {
  it("aligns columns of Korean and Latin text", () => {
    const lines = table(
      [
        ["나는", "i", "ok"],
        ["a", "학생이다", "ok"],
      ],
      80,
    );
    expect(lines).toEqual(["나는  i         ok", "a     학생이다  ok"]);
  });

  it("breaks the last column where the terminal ends", () => {
    const lines = table([["name", "one two three four five six seven"]], 30);
    expect(lines).toEqual(["name  one two three four five", "      six seven"]);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(30);
  });
});

describe("pad", () => {
  it("counts a Hangul syllable as two columns", () => {
    expect(pad("한", 4)).toBe("한  ");
    expect(pad("한", 4, "right")).toBe("  한");
  });
});

describe("harmless", () => {
  it("takes away what could command a terminal", () => {
    expect(harmless("a\u001b[2Jb\nc\td\u0007")).toBe("a\ufffd[2Jb\nc\td\ufffd");
  });
});
