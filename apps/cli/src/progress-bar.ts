import progress from "cli-progress";
import type { Output } from "./output.js";

/**
 * A bar that fills up in a terminal; undefined where nobody looks.
 *
 * @param format - as in cli-progress
 * @param beside - columns that stand beside the bar
 */
export function progressBar(output: Output, format: string, beside: number): progress.SingleBar | undefined {
  const stream = output.terminal;
  if (!stream) return undefined;
  return new progress.SingleBar(
    {
      format,
      stream,
      clearOnComplete: true,
      // A killed program must leave the terminal as it was: visible cursor, wrapped lines.
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
      barsize: Math.max(8, Math.min(40, output.width - beside)),
      fps: 10,
    },
    progress.Presets.shades_classic,
  );
}
