import { addLogs } from "./add-logs.js";

/** Which tokens occur where in the training text: the edges of all segmentations. */
export interface TrainingLattice {
  /** For each piece, its first position in the text; then the length of the text. */
  readonly begins: Int32Array;
  /** For each piece, how often it occurs. */
  readonly counts: Float64Array;
  /** For each position, its first edge; then the number of edges. The edges of a position are ordered by length. */
  readonly firstEdge: Int32Array;
  /** For each edge, its token. */
  readonly token: Int32Array;
  /** For each edge, its number of characters. */
  readonly length: Uint8Array;
}

/**
 * Returns the lattice with fewer tokens.
 * @param renamed - the new number of each token; below 0 for a token that is removed
 */
export function withTokens({ begins, counts, ...edges }: TrainingLattice, renamed: Int32Array): TrainingLattice {
  const firstEdge = new Int32Array(edges.firstEdge.length);
  const size = edges.token.reduce((sum, token) => (renamed[token]! < 0 ? sum : sum + 1), 0);
  const [token, length] = [new Int32Array(size), new Uint8Array(size)];
  let edge = 0;
  for (let position = 0; position + 1 < firstEdge.length; position++) {
    firstEdge[position] = edge;
    for (let old = edges.firstEdge[position]!; old < edges.firstEdge[position + 1]!; old++) {
      const kept = renamed[edges.token[old]!]!;
      if (kept < 0) continue;
      token[edge] = kept;
      length[edge++] = edges.length[old]!;
    }
  }
  firstEdge[firstEdge.length - 1] = edge;
  return { begins, counts, firstEdge, token, length };
}

/**
 * Returns how often each token is expected in the training text, over all segmentations by their probabilities
 * (forward-backward algorithm).
 *
 * @param scores - the logarithm of the probability of each token
 */
export function expectedCounts(lattice: TrainingLattice, scores: Float64Array): Float64Array {
  const { begins, counts, firstEdge, token, length } = lattice;
  const expected = new Float64Array(scores.length);
  // The logarithms of the sums over all segmentations before, and after, each position of a piece.
  const before = new Float64Array(longest(begins) + 1);
  const after = new Float64Array(before.length);
  for (let piece = 0; piece < counts.length; piece++) {
    const begin = begins[piece]!;
    const size = begins[piece + 1]! - begin;
    after[size] = 0;
    for (let at = size - 1; at >= 0; at--) {
      let sum = Number.NEGATIVE_INFINITY;
      for (let edge = firstEdge[begin + at]!; edge < firstEdge[begin + at + 1]!; edge++)
        sum = addLogs(sum, scores[token[edge]!]! + after[at + length[edge]!]!);
      after[at] = sum;
    }
    before.fill(Number.NEGATIVE_INFINITY, 0, size + 1);
    before[0] = 0;
    for (let at = 0; at < size; at++) {
      for (let edge = firstEdge[begin + at]!; edge < firstEdge[begin + at + 1]!; edge++) {
        const end = at + length[edge]!;
        const path = before[at]! + scores[token[edge]!]!;
        before[end] = addLogs(before[end]!, path);
        expected[token[edge]!]! += counts[piece]! * Math.exp(path + after[end]! - after[0]!);
      }
    }
  }
  return expected;
}

/** Returns how often each token occurs when each piece has its most probable segmentation. */
export function bestCounts(lattice: TrainingLattice, scores: Float64Array): Float64Array {
  const { begins, counts } = lattice;
  const best = new Float64Array(scores.length);
  for (let piece = 0; piece < counts.length; piece++) {
    const tokens = bestTokens(lattice, scores, { begin: begins[piece]!, end: begins[piece + 1]! });
    for (const token of tokens) best[token]! += counts[piece]!;
  }
  return best;
}

/** A part of the training text. */
export interface Span {
  readonly begin: number;
  readonly end: number;
  /** A token that is not used. */
  readonly without?: number | undefined;
}

/** Returns the tokens of the most probable segmentation of a part of the text, which lies within a piece. */
export function bestTokens(
  { firstEdge, token, length }: TrainingLattice,
  scores: Float64Array,
  { begin, end, without }: Span,
): number[] {
  const total = new Float64Array(end - begin + 1).fill(Number.NEGATIVE_INFINITY);
  const edgeTo = new Int32Array(total.length);
  total[0] = 0;
  for (let position = begin; position < end; position++) {
    for (let edge = firstEdge[position]!; edge < firstEdge[position + 1]!; edge++) {
      const next = position + length[edge]!;
      if (next > end) break;
      if (token[edge] === without) continue;
      const score = total[position - begin]! + scores[token[edge]!]!;
      if (score <= total[next - begin]!) continue;
      total[next - begin] = score;
      edgeTo[next - begin] = edge;
    }
  }
  const tokens: number[] = [];
  for (let at = end - begin; at > 0; ) {
    const edge = edgeTo[at]!;
    tokens.push(token[edge]!);
    at -= length[edge]!;
  }
  return tokens.reverse();
}

function longest(begins: Int32Array): number {
  let most = 0;
  for (let i = 0; i + 1 < begins.length; i++) most = Math.max(most, begins[i + 1]! - begins[i]!);
  return most;
}
