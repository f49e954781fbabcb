import type { BenchResult, CaseResult } from "../run/result.js";
import { lessIsBetter } from "../suites/case.js";
import { formatValue } from "./format.js";

export interface KeyRatio {
  readonly name: string;
  /** heed at its best number of threads over PyTorch at its own, with PyTorch's label. */
  readonly torch?: string;
  /** The same over the fastest JavaScript peer. */
  readonly javascript?: string;
}

/** heed beside the best of each kind, in every case of `train` and `decode`, where both are whole programs. */
export function keyRatios({ cases, contestants }: BenchResult): KeyRatio[] {
  const label = (id: string): string => contestants.find((each) => each.id === id)?.label ?? id;
  return cases
    .filter(({ suite }) => suite === "train" || suite === "decode")
    .flatMap((each) => {
      const best = (wanted: (id: string) => boolean) => bestOf(each, wanted);
      const heed = best((id) => id.startsWith("heed-"));
      if (!heed) return [];
      const over = (peer: ReturnType<typeof bestOf>): string | undefined =>
        peer && `${formatValue(ratio(each, heed.value, peer.value))}  (${label(peer.id)})`;
      const torch = over(best((id) => id.startsWith("torch-")));
      const javascript = over(best((id) => !/^(heed|torch|limit|chromium)-/.test(id)));
      if (!torch && !javascript) return [];
      return [
        { name: `${each.suite} ${each.name}`, ...(torch ? { torch } : {}), ...(javascript ? { javascript } : {}) },
      ];
    });
}

function bestOf(
  { outcomes, unit }: CaseResult,
  wanted: (id: string) => boolean,
): { id: string; value: number } | undefined {
  return Object.entries(outcomes)
    .flatMap(([id, outcome]) => (wanted(id) && "summary" in outcome ? [{ id, value: outcome.summary.median }] : []))
    .sort((a, b) => (lessIsBetter(unit) ? a.value - b.value : b.value - a.value))[0];
}

function ratio({ unit }: CaseResult, own: number, other: number): number {
  return lessIsBetter(unit) ? other / own : own / other;
}
