import type { Outcome } from "../run/result.js";
import { spread } from "../statistics.js";

/** A number with three digits that say something. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** A share as a percentage. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** What a cell of a table says: the median and half the range, or a dash, or that it failed. */
export function formatOutcome(outcome: Outcome | undefined): string {
  if (!outcome || "skipped" in outcome) return "–";
  if ("failed" in outcome) return "failed";
  return `${formatValue(outcome.summary.median)} ±${Math.round(spread(outcome.summary) * 100)}%`;
}
