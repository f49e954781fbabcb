import type { Alignment, TaskSample } from "../define-task.js";

/** How well source tokens predict target tokens, as shares of right guesses. */
export interface AlignmentGain {
  /** The share for the aligned source token. */
  readonly aligned: number;
  /** The largest share for a token at another distance from it, and for swapped or mirrored positions. */
  readonly others: number;
  /** Of the wrong guesses of the aligned token, the share for which another token of the same source guesses right. */
  readonly repairable: number;
}

/** Lets each source token guess the target token that it meets most often. */
export function alignmentGain(samples: readonly TaskSample[]): AlignmentGain {
  const shareOf = (change: (link: Alignment[number], sample: TaskSample) => Alignment[number] | undefined): number => {
    const counts = countsOf(samples, change);
    const all = [...counts.values()].map((meets) => [...meets.values()]);
    const total = all.flat().reduce((sum, count) => sum + count, 0);
    return total === 0 ? 0 : all.reduce((sum, meets) => sum + Math.max(...meets), 0) / total;
  };
  const shifted = (offset: number) =>
    shareOf(([from, to], { source }) => [(from + offset + source.length) % source.length, to]);
  const links = samples.reduce((sum, { alignment = [] }) => sum + alignment.length, 0);
  const swapped = shareOf(([from, to], { source, target }) =>
    to < source.length && from < target.length ? [to, from] : undefined,
  );
  const mirrored = shareOf(([from, to], { source }) => [source.length - 1 - from, to]);
  return {
    aligned: links === 0 ? 1 : shifted(0),
    others: Math.max(
      shifted(1),
      shifted(2),
      samples.every(({ source }) => source.length > 2) ? shifted(-1) : 0,
      swapped,
      mirrored,
    ),
    repairable: repairableShare(samples),
  };
}

/** How often each source token meets each target token. */
function countsOf(
  samples: readonly TaskSample[],
  change: (link: Alignment[number], sample: TaskSample) => Alignment[number] | undefined,
): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const sample of samples) {
    for (const link of sample.alignment ?? []) {
      const [from, to] = change(link, sample) ?? [];
      if (from === undefined || to === undefined) continue;
      const [token, other] = [sample.source[from]!, sample.target[to]!];
      const meets = counts.get(token) ?? new Map<string, number>();
      counts.set(token, meets.set(other, (meets.get(other) ?? 0) + 1));
    }
  }
  return counts;
}

function repairableShare(samples: readonly TaskSample[]): number {
  const guesses = new Map(
    Array.from(
      countsOf(samples, (link) => link),
      ([token, meets]) => [token, [...meets].reduce((best, each) => (each[1] > best[1] ? each : best))[0]],
    ),
  );
  let [wrong, repairable] = [0, 0];
  for (const { source, target, alignment = [] } of samples) {
    for (const [from, to] of alignment) {
      if (guesses.get(source[from]!) === target[to]) continue;
      wrong++;
      if (source.some((token) => guesses.get(token) === target[to])) repairable++;
    }
  }
  return wrong === 0 ? 0 : repairable / wrong;
}
