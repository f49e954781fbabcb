import { PassThrough } from "node:stream";
import { styleText } from "node:util";
import { describe, expect, test } from "vitest";
import { oneLine, terminalSafe, writeTo } from "./terminal-safe.js";

const character = (code: number): string => String.fromCodePoint(code);

describe("terminalSafe", () => {
  test("no control character and no change of direction is left, besides line breaks and tabs", () => {
    const codes = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, i) => 0x80 + i)];
    const directions = [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
    for (const code of [...codes, ...directions]) {
      const kept = code === 9 || code === 10;
      expect(terminalSafe(`a${character(code)}b`).includes(character(code)), code.toString(16)).toBe(kept);
    }
    expect(terminalSafe(`a${character(0x1b)}[2Jb${character(0x9b)}1;1H`)).toBe("a\\u001b[2Jb\\u009b1;1H");
  });

  test("the styles of heed stay, others are shown", () => {
    const styled = styleText(["bold", "red"], "error", { validateStream: false });
    expect(terminalSafe(styled)).toBe(styled);
    const color = `${character(0x1b)}[38;2;1;20;255mx${character(0x1b)}[0m`;
    expect(terminalSafe(color)).toBe(color);
    for (const style of ["8", "5", "7", "38;5;1", "1;8", "38;2;1;2;3;8", "0;0"]) {
      expect(terminalSafe(`${character(0x1b)}[${style}m`)).toBe(`\\u001b[${style}m`);
    }
  });

  test("text of every script stays", () => {
    for (const text of ["나는 학생이다.", "café ño", "שלום", "👩‍👩‍👧", "a\u200db", "<unk>"]) {
      expect(terminalSafe(text)).toBe(text);
    }
  });
});

test("only a terminal gets changed text", () => {
  const hostile = `a${character(0x1b)}]0;title${character(7)}`;
  for (const isTTY of [true, false]) {
    const stream = Object.assign(new PassThrough(), { isTTY });
    writeTo(stream, hostile);
    expect(String(stream.read())).toBe(isTTY ? "a\\u001b]0;title\\u0007" : hostile);
  }
});

test("oneLine joins lines", () => {
  expect(oneLine("a\nb\r\nc\u2028d\u0085e")).toBe("a b c d e");
});
