import { specialTokens } from "@heed/tokenizers";
import type { AttendedSentence, TranslatedCandidate, TranslatedHypothesis } from "@heed/train";
import { type TreeFigure, tree } from "@heed/viz";

/** A candidate that the search kept or completed, with its place in the figure. */
interface Shown {
  readonly candidate: TranslatedCandidate;
  /** Index of the node of its parent; -1 for the root. */
  readonly parent: number;
  /** The tokens from the root to it. */
  readonly path: string;
}

/**
 * Returns the beam of a sentence as a tree: the candidates that the search kept, each with its probability.
 *
 * @param hypothesis - which one is highlighted, from 1; default: the best
 */
export function beamTree({ trace, hypotheses }: AttendedSentence, hypothesis = 1, title: string): TreeFigure {
  const shown: Shown[] = [];
  let before: (number | undefined)[] = [];
  for (const candidates of trace) {
    before = candidates.map((candidate) => {
      const parent = candidate.parent < 0 ? -1 : before[candidate.parent];
      if (candidate.fate === "dropped" || parent === undefined) return undefined;
      const path = `${parent < 0 ? "" : shown[parent]!.path}\n${candidate.token}`;
      return shown.push({ candidate, parent, path }) - 1;
    });
  }
  const chosen = pathOf(shown, hypotheses[hypothesis - 1]!);
  return tree({
    root: specialTokens.sos,
    title,
    nodes: shown.map(({ candidate, parent }, i) => ({
      ...{ label: candidate.token, parent, chosen: chosen.has(i) },
      note: Math.exp(candidate.logProb).toFixed(2),
    })),
  });
}

/** Returns the nodes of a hypothesis. */
function pathOf(shown: readonly Shown[], { tokens }: TranslatedHypothesis): ReadonlySet<number> {
  const path = tokens.map((token) => `\n${token}`).join("");
  const nodes = new Set<number>();
  for (let node = shown.findIndex((each) => each.path === path); node >= 0; node = shown[node]!.parent) nodes.add(node);
  return nodes;
}
