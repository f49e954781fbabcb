import * as z from "zod/mini";
import { readSection } from "../config/parse-section.js";
import type { EpochEvent } from "../events.js";
import { runLimits } from "../limits.js";
import { RunError } from "./run-error.js";

const count = z.int().check(z.minimum(1));
const amount = z.number().check(z.minimum(0));
const share = z.number().check(z.minimum(0), z.maximum(1));

/** A line of `metrics.ndjson`. */
const epochSchema = z.strictObject({
  event: z.literal("epoch"),
  epoch: count,
  step: count,
  trainLoss: z.number(),
  validLoss: z.number(),
  validAccuracy: share,
  metrics: z.record(z.string(), z.number()),
  learningRate: z.number(),
  tokensPerSecond: amount,
  durationMs: amount,
  best: z.boolean(),
});

/**
 * Reads `metrics.ndjson`: an {@link EpochEvent} on each line.
 *
 * @param path - of the file, for messages
 * @throws RunError naming the line when it is not an epoch, or not the next one; or when there are too many
 */
export function parseHistory(bytes: Uint8Array, path: string): EpochEvent[] {
  const advice = "Restore the file, or train again with overwrite.";
  const fault = (line: number, what: string, cause?: unknown): RunError =>
    new RunError(`${path}:${line} is damaged: ${what} ${advice}`, { cause });
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > runLimits.epochs) {
    throw fault(runLimits.epochs + 1, `expected at most ${runLimits.epochs} lines, got ${lines.length}.`);
  }
  return lines.map((line, i) => {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (error) {
      throw fault(i + 1, `expected JSON, got an error: ${(error as Error).message}.`, error);
    }
    const { value, issues } = readSection("", epochSchema, json, { whole: "The line" });
    if (issues) throw fault(i + 1, issues.map(({ message }) => message).join(" "));
    if (value.epoch !== i + 1) throw fault(i + 1, `expected epoch ${i + 1}, got ${value.epoch}.`);
    return value;
  });
}

/** Writes the epochs of a run, one a line. {@link parseHistory} reads them. */
export function historyBytes(history: readonly EpochEvent[]): Uint8Array {
  return new TextEncoder().encode(history.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
