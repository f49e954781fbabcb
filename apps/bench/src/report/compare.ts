import { readFileSync } from "node:fs";
import type { BenchResult, CaseResult } from "../run/result.js";
import type { Summary } from "../statistics.js";
import { lessIsBetter } from "../suites/case.js";
import { formatValue } from "./format.js";
import { textTable } from "./text-table.js";

export interface Change {
  readonly id: string;
  readonly case: string;
  readonly before: number;
  readonly now: number;
  /** How many times as fast as before. */
  readonly ratio: number;
  /** `same` when the measurements overlap, or differ by less than 3 %. */
  readonly verdict: "faster" | "slower" | "same";
}

/** What changed between two runs, for each contestant and case that both have. */
export function compareResults(before: BenchResult, now: BenchResult): Change[] {
  const old = new Map(before.cases.map((each) => [keyOf(each), each]));
  return now.cases.flatMap((each) =>
    Object.entries(each.outcomes).flatMap(([id, outcome]) => {
      const other = old.get(keyOf(each))?.outcomes[id];
      if (!("summary" in outcome) || !other || !("summary" in other)) return [];
      return [changeOf(each, id, other.summary, outcome.summary)];
    }),
  );
}

/** Why two runs should not be compared; empty when they may. */
function differences(before: BenchResult, now: BenchResult): string[] {
  const facts = (result: BenchResult): Record<string, string> => ({
    processor: `${result.machine.cpu}, ${result.machine.cores} cores`,
    Node: result.node,
    turns: result.settings.quick ? "quick" : "full",
  });
  const [old, own] = [facts(before), facts(now)];
  return Object.keys(own)
    .filter((name) => own[name] !== old[name])
    .map((name) => `${name}: ${old[name]} before, ${own[name]} now`);
}

/** The comparison as text. */
export function formatComparison(before: BenchResult, now: BenchResult, width: number): string {
  const changes = compareResults(before, now);
  const label = new Map(now.contestants.map((each) => [each.id, each.label]));
  const warnings = differences(before, now).map((line) => `Not the same conditions: ${line}`);
  if (changes.length === 0) return [...warnings, "The two runs have no measurement in common."].join("\n");
  const rows = changes.map(({ id, case: name, before, now, ratio, verdict }) => [
    `${name}, ${label.get(id) ?? id}`,
    formatValue(before),
    formatValue(now),
    `${ratio.toFixed(2)}×`,
    verdict === "same" ? "" : verdict,
  ]);
  const count = (verdict: Change["verdict"]): number => changes.filter((change) => change.verdict === verdict).length;
  return [
    ...warnings,
    textTable([[`since ${before.commit ?? before.date}`, "before", "now", "speed", ""], ...rows], width),
    `${count("faster")} faster, ${count("slower")} slower, ${count("same")} the same`,
  ].join("\n\n");
}

/** @throws Error when the file is not one that `--save` wrote */
export function readResult(path: string): BenchResult {
  const read = JSON.parse(readFileSync(path, "utf8")) as BenchResult;
  if (read.format !== 1) throw new Error(`${path} is not a file that --save of this version wrote.`);
  return read;
}

const keyOf = ({ suite, name }: CaseResult): string => `${suite} ${name}`;

function changeOf(each: CaseResult, id: string, before: Summary, now: Summary): Change {
  const ratio = lessIsBetter(each.unit) ? before.median / now.median : now.median / before.median;
  const apart = now.min > before.max || now.max < before.min;
  const verdict = !apart || Math.abs(ratio - 1) < 0.03 ? "same" : ratio > 1 ? "faster" : "slower";
  return { id, case: keyOf(each), before: before.median, now: now.median, ratio, verdict };
}
