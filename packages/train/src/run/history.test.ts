import { expect, test } from "vitest";
import type { EpochEvent } from "../events.js";
import { runLimits } from "../limits.js";
import { historyBytes, parseHistory } from "./history.js";
import { RunError } from "./run-error.js";

const epochs = (count: number): EpochEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ event: "epoch", epoch: i + 1, step: 10 * (i + 1), trainLoss: 2 / (i + 1), validLoss: 1.5, validAccuracy: 0.5 },
    ...{ metrics: { bleu: 31.5 }, learningRate: 1e-3, tokensPerSecond: 1000, durationMs: 12.5, best: i === 0 },
  }));
const line = (change: object, epoch = 1): string => `${JSON.stringify({ ...epochs(1)[0], epoch, ...change })}\n`;

test("what is written is read, up to the largest number of epochs", () => {
  for (const count of [0, 1, 3, runLimits.epochs]) {
    const history = epochs(count);
    expect(parseHistory(historyBytes(history), "m")).toEqual(history);
  }
});

test.each([
  ["text", "epoch 1\n", /^m:1 is damaged: expected JSON, got an error: /],
  ["half a line", line({}) + line({}, 2).slice(0, 20), /^m:2 is damaged: expected JSON/],
  ["null", "null\n", /^m:1 is damaged: The line must be an object with keys, got null\./],
  ["an empty line", `${line({})}\n${line({}, 2)}`, /^m:2 is damaged: expected JSON/],
  ["a text in place of a loss", line({ trainLoss: "low" }), /^m:1 is damaged: trainLoss must be a number, got "low"\./],
  ["a null loss", line({ validLoss: null }), /validLoss must be a number, got null/],
  ["an unknown key", line({ "\u001b[31m": 1 }), /The line has no key/],
  ["an epoch twice", line({}) + line({}), /^m:2 is damaged: expected epoch 2, got 1\. Restore the file/],
  [
    "200,000 epochs",
    historyBytes(epochs(200_000)),
    /^m:100001 is damaged: expected at most 100000 lines, got 200000\./,
  ],
])("%s is refused", (_, content, message) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  expect(() => parseHistory(bytes, "m")).toThrow(RunError);
  expect(() => parseHistory(bytes, "m")).toThrow(message);
});
