import { expect, test } from "vitest";
import { DataError } from "../data-error.js";
import { collectBytes } from "./collect-bytes.js";

/** Chunks of two bytes without end. */
async function* endless(onChunk: () => void): AsyncGenerator<Uint8Array> {
  for (;;) {
    onChunk();
    yield Uint8Array.of(1, 2);
  }
}

test("an endless stream is read up to the limit", async () => {
  let chunks = 0;
  const reading = collectBytes(
    endless(() => chunks++),
    "standard input",
    5,
  );
  await expect(reading).rejects.toThrow(DataError);
  await expect(reading).rejects.toThrow("standard input: expected at most 5 bytes, got more. Split the text.");
  expect(chunks).toBe(3);
});

test("the bytes at the limit are read", async () => {
  async function* three() {
    yield Uint8Array.of(1, 2);
    yield new Uint8Array();
    yield Uint8Array.of(3);
  }
  expect(await collectBytes(three(), "a", 3)).toEqual(Uint8Array.of(1, 2, 3));
});
