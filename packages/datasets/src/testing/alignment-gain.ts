import type { Alignment, TaskSample } from "../define-task.js";

/** How well source tokens predict target tokens, as shares of right guesses. */
export interface AlignmentGain {
  /** The share for the aligned source tokens. */
  readonly aligned: number;
  /** The largest share for tokens at another distance from them, and for swapped or mirrored positions. */
  readonly others: number;
  /** Of the wrong guesses of the aligned tokens, the share for which another token of the same source guesses right. */
  readonly repairable: number;
}

/** Lets source tokens guess the target token that they meet most often; several that are aligned with one target guess together. */
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

/** How often the source tokens of a target position meet each target token. */
function countsOf(
  samples: readonly TaskSample[],
  change: (link: Alignment[number], sample: TaskSample) => Alignment[number] | undefined,
): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const sample of samples) {
    for (const { tokens, target } of groupsOf(sample, change)) {
      const meets = counts.get(tokens) ?? new Map<string, number>();
      counts.set(tokens, meets.set(target, (meets.get(target) ?? 0) + 1));
    }
  }
  return counts;
}

/** Returns the changed links of each target position: the source tokens as one text, and the target token. */
function groupsOf(
  { source, target, ...sample }: TaskSample,
  change: (link: Alignment[number], sample: TaskSample) => Alignment[number] | undefined,
): { tokens: string; target: string }[] {
  const groups = new Map<number, { tokens: string; target: string }>();
  for (const link of sample.alignment ?? []) {
    const [from, to] = change(link, { source, target, ...sample }) ?? [];
    if (from === undefined || to === undefined) continue;
    const before = groups.get(link[1]);
    const tokens = before ? `${before.tokens}\0${source[from]}` : source[from]!;
    groups.set(link[1], { tokens, target: before?.target ?? target[to]! });
  }
  return [...groups.values()];
}

function repairableShare(samples: readonly TaskSample[]): number {
  const guesses = new Map(
    Array.from(
      countsOf(samples, (link) => link),
      ([tokens, meets]) => [tokens, [...meets].reduce((best, each) => (each[1] > best[1] ? each : best))[0]],
    ),
  );
  let [wrong, repairable] = [0, 0];
  for (const sample of samples) {
    for (const { tokens, target } of groupsOf(sample, (link) => link)) {
      if (guesses.get(tokens) === target) continue;
      wrong++;
      if (sample.source.some((token) => guesses.get(token) === target)) repairable++;
    }
  }
  return wrong === 0 ? 0 : repairable / wrong;
}
