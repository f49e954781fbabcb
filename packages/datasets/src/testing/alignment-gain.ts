import type { TaskSample } from "../define-task.js";

/**
 * How well a source token predicts a target token, as the share of right guesses when each source token guesses the target
 * token that it meets most often.
 *
 * @returns the share for the aligned source token, and the largest share for a token at another distance from it
 */
export function alignmentGain(samples: readonly TaskSample[]): { aligned: number; others: number } {
  const shareAt = (offset: number): number => {
    const counts = new Map<string, Map<string, number>>();
    let total = 0;
    for (const { source, target, alignment = [] } of samples) {
      for (const [from, to] of alignment) {
        const token = source[(from + offset) % source.length]!;
        const meets = counts.get(token) ?? new Map<string, number>();
        counts.set(token, meets.set(target[to]!, (meets.get(target[to]!) ?? 0) + 1));
        total++;
      }
    }
    const right = [...counts.values()].reduce((sum, meets) => sum + Math.max(...meets.values()), 0);
    return total === 0 ? 1 : right / total;
  };
  return { aligned: shareAt(0), others: Math.max(shareAt(1), shareAt(2)) };
}
