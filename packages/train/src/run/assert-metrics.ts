import { RunError } from "./run-error.js";
import type { RunState } from "./run-state.js";

/** @throws RunError when a line is not an epoch, or there is not a line for each epoch */
export function assertMetrics(path: string, bytes: Uint8Array, state: RunState | null): void {
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  for (const [i, line] of lines.entries()) {
    let epoch: unknown = null;
    try {
      epoch = (JSON.parse(line) as { epoch?: unknown } | null)?.epoch;
    } catch {
      // Reported below.
    }
    if (epoch !== i + 1) throw new RunError(`${path}:${i + 1}: expected the JSON of epoch ${i + 1}, got another text.`);
  }
  if (state && lines.length !== state.epoch) {
    throw new RunError(`${path} must have a line for each of the ${state.epoch} epochs, got ${lines.length} lines.`);
  }
}
