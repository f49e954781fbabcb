/** A target sentence that a search found. */
export interface Hypothesis {
  /** Target ids, with `<eos>` at the end unless a limit was reached first; ids beyond the vocabulary are copied tokens. */
  readonly ids: readonly number[];
  /** What the search ranks by: log-probability, divided by the length penalty, plus the coverage penalty. */
  readonly score: number;
  /** Log-probability of the sentence in nats: the sum of {@link logProbs}. */
  readonly logProb: number;
  /** Log-probability of each token in nats, given those before it. */
  readonly logProbs: readonly number[];
  /** Whether it ends with `<eos>`. */
  readonly finished: boolean;
  /** One row for each id: weights over the positions of the source, without padding; `null` without attention. */
  readonly weights: readonly (readonly number[])[] | null;
}

/** The beginning of a target sentence, as a list that is linked from its end, so that beginnings share their parts. */
export interface Path {
  /** The beginning without the last token; `null` for the empty path. */
  readonly parent: Path | null;
  /** The last token; -1 for the empty path. */
  readonly id: number;
  /** Number of tokens. */
  readonly length: number;
  /** Log-probability of the last token, in nats. */
  readonly tokenLogProb: number;
  /** Log-probability of all tokens, in nats. */
  readonly logProb: number;
  /** The attention when the last token was written, `[s]`; `null` without attention. */
  readonly weights: readonly number[] | null;
}

/** The path without tokens. */
export const emptyPath: Path = { parent: null, id: -1, length: 0, tokenLogProb: 0, logProb: 0, weights: null };

/** Adds a token to a path. */
export function extendPath(parent: Path, id: number, tokenLogProb: number, weights: Path["weights"]): Path {
  const logProb = parent.logProb + tokenLogProb;
  return { parent, id, length: parent.length + 1, tokenLogProb, logProb, weights };
}

/** Returns the nodes of a path from its first token to its last. */
function nodesOf(path: Path): Path[] {
  const nodes: Path[] = [];
  for (let node: Path | null = path; node && node.length > 0; node = node.parent) nodes.push(node);
  return nodes.reverse();
}

/** Returns the ids of a path. */
export function idsOf(path: Path): number[] {
  return nodesOf(path).map(({ id }) => id);
}

/** Builds the hypothesis of a path. */
export function toHypothesis(path: Path, score: number, eosId: number): Hypothesis {
  const nodes = nodesOf(path);
  const attends = nodes.every(({ weights }) => weights !== null);
  return {
    ids: nodes.map(({ id }) => id),
    score,
    logProb: path.logProb,
    logProbs: nodes.map(({ tokenLogProb }) => tokenLogProb),
    finished: path.id === eosId,
    weights: attends ? nodes.map(({ weights }) => weights!) : null,
  };
}
