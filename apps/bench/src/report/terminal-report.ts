import type { BenchResult, CaseResult, ContestantResult } from "../run/result.js";
import { formatOutcome, formatShare } from "./format.js";
import { keyRatios } from "./key-ratios.js";
import { textTable } from "./text-table.js";

/** The machine, and who takes part with what. */
export function headerLines({ machine, node, commit, date, contestants, settings }: BenchResult): string[] {
  const { cpu, cores, memoryGiB, system, load } = machine;
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${system}; load ${load[0]} before, ${load[1]} after`,
    `Node ${node}${commit ? `, heed ${commit}` : ""}, ${date}; median of ${settings.rounds} turns of ${settings.blockMs} ms, ± half the range`,
    ...contestants.map(describeContestant),
  ];
}

function describeContestant({ label, description, absent }: ContestantResult): string {
  if (!description) return `  ${label}: not here: ${absent}`;
  const facts = [
    ...Object.entries(description.versions).map(([name, version]) => `${name} ${version}`),
    ...Object.entries(description.details).map(([name, value]) => `${name} ${value}`),
  ];
  return `  ${label}: ${facts.join(", ")}`;
}

/** One table a suite: cases down, contestants across; and one of the shares of the machine's limit. */
export function suiteTables(result: BenchResult, width: number): string {
  return groupBySuite(result.cases)
    .map(([suite, cases]) => {
      const present = result.contestants.filter(({ id }) => cases.some(({ outcomes }) => measured(outcomes[id])));
      const values = [
        [`${suite}, ${cases[0]!.unit}`, ...present.map(({ label }) => label)],
        ...cases.map((each) => [nameOf(each, cases[0]!), ...present.map(({ id }) => formatOutcome(each.outcomes[id]))]),
      ];
      const withLimit = cases.filter(({ outcomes }) => Object.values(outcomes).some((o) => "share" in o));
      const others = present.filter(({ id }) => !id.startsWith("limit-"));
      const shares = [
        ["share of the limit", ...others.map(({ label }) => label)],
        ...withLimit.map(({ name, outcomes }) => [name, ...others.map(({ id }) => shareOf(outcomes[id]))]),
      ];
      return [textTable(values, width), ...(withLimit.length > 0 ? [textTable(shares, width)] : [])].join("\n\n");
    })
    .join("\n\n\n");
}

/** What went wrong, and who could not do what. */
export function troubles({ cases, contestants }: BenchResult): string[] {
  return cases.flatMap(({ suite, name, outcomes }) =>
    contestants.flatMap(({ id, label }) => {
      const outcome = outcomes[id];
      return outcome && "failed" in outcome ? [`${label}: ${suite} ${name}: ${outcome.failed.split("\n")[0]}`] : [];
    }),
  );
}

/** How many times faster heed is than each peer, where it matters most. */
export function ratioTable(result: BenchResult, width: number): string {
  const rows = keyRatios(result);
  if (rows.length === 0) return "";
  return textTable(
    [
      ["heed, times as fast as", "PyTorch at its best", "the best in JavaScript"],
      ...rows.map(({ name, torch, javascript }) => [name, torch ?? "–", javascript ?? "–"]),
    ],
    width,
  );
}

/** The cases of each suite, in their order. */
export function groupBySuite(cases: readonly CaseResult[]): [string, CaseResult[]][] {
  const groups = new Map<string, CaseResult[]>();
  for (const each of cases) groups.set(each.suite, [...(groups.get(each.suite) ?? []), each]);
  return [...groups];
}

/** The name of a case, with its unit where that is not the first one's of the table. */
function nameOf({ name, unit }: CaseResult, first: CaseResult): string {
  return unit === first.unit ? name : `${name}  [${unit}]`;
}

function shareOf(outcome: CaseResult["outcomes"][string] | undefined): string {
  return outcome && "share" in outcome && outcome.share !== undefined ? formatShare(outcome.share) : "–";
}

/** Whether there is something to show of it. */
export function measured(outcome: CaseResult["outcomes"][string] | undefined): boolean {
  return outcome !== undefined && !("skipped" in outcome);
}
