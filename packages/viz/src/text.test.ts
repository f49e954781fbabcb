import { describe, expect, it } from "vitest";
import { columns } from "./terminal-text.js";
import { textWidth, truncate, wrap } from "./text.js";

describe("text", () => {
  it("measures Hangul as wide, and combining marks as nothing", () => {
    expect(columns("한국")).toBe(4);
    expect(columns("e\u0301")).toBe(1);
    expect(textWidth("한국", 10)).toBe(20);
    expect(textWidth("e\u0301", 10)).toBe(textWidth("e", 10));
    expect(["日本", "、「", "🇰🇷👩‍👩‍👧", "☺️1️⃣"].map((text) => textWidth(text, 10))).toEqual([20, 20, 20, 20]);
    expect(textWidth("\u200b\u0301", 10)).toBe(0);
    expect(textWidth("का", 10)).toBe(10);
  });

  it("shortens between whole characters", () => {
    expect(truncate("abcdef", 4, columns)).toBe("abc…");
    expect(truncate("안녕하세요", 6, columns)).toBe("안녕…"); // 5 columns: a third syllable would make 7
    expect(truncate("안녕", 4, columns)).toBe("안녕");
  });

  it("breaks lines at spaces", () => {
    expect(wrap("나는 매일 커피를", 10, columns)).toEqual(["나는 매일", "커피를"]);
    expect(wrap("abcdefgh ij", 5, columns)).toEqual(["abcd…", "ij"]);
  });
});
