import type { Random } from "@heed/core";
import { addLogs } from "./add-logs.js";

/** Character by character, the tokens that start with the characters so far. */
interface TrieNode {
  readonly next: Map<string, TrieNode>;
  /** The logarithm of the probability of the token that ends here. */
  score?: number;
}

/** A token of a text, from a character to another one. */
interface Edge {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly known: boolean;
}

/**
 * How much lower the score of an unknown character is than the lowest score of the vocabulary. The library `tokenizers` has
 * the same value.
 */
const unknownPenalty = 10;

/** Cuts text into tokens by their probabilities. */
export class Segmenter {
  readonly #root: TrieNode = { next: new Map() };
  readonly #unknownScore: number;

  /**
   * @param scores - the logarithm of the probability of each token
   * @param lowest - the lowest score of the vocabulary
   */
  constructor(scores: ReadonlyMap<string, number>, lowest: number) {
    for (const [token, score] of scores) {
      let node = this.#root;
      for (const character of token) {
        let next = node.next.get(character);
        if (!next) {
          next = { next: new Map() };
          node.next.set(character, next);
        }
        node = next;
      }
      node.score = score;
    }
    this.#unknownScore = lowest - unknownPenalty;
  }

  /**
   * Returns the most probable segmentation (Viterbi algorithm). Neighbouring characters that are no tokens are one part.
   */
  best(text: string): string[] {
    const characters = Array.from(text);
    const scores = new Float64Array(characters.length + 1);
    const edges: (Edge | undefined)[] = [undefined];
    for (let start = 0; start < characters.length; start++) {
      for (const edge of this.#edges(characters, start)) {
        const score = scores[start]! + edge.score;
        // Of equal scores the first one counts, as in the library `tokenizers`.
        if (edges[edge.end] && score <= scores[edge.end]!) continue;
        scores[edge.end] = score;
        edges[edge.end] = edge;
      }
    }
    return this.#parts(characters, (end) => edges[end]!);
  }

  /**
   * Draws a segmentation by forward filtering and backward sampling (Kudo 2018, arXiv:1804.10959, with all segmentations).
   *
   * @param alpha - the probability of a segmentation is proportional to its own to the power of alpha
   */
  sample(text: string, alpha: number, random: Random): string[] {
    const characters = Array.from(text);
    // The logarithm of the sum over all segmentations of the characters before each place.
    const sums = new Float64Array(characters.length + 1).fill(Number.NEGATIVE_INFINITY);
    sums[0] = 0;
    const incoming: Edge[][] = Array.from(sums, () => []);
    for (let start = 0; start < characters.length; start++) {
      for (const edge of this.#edges(characters, start)) {
        sums[edge.end] = addLogs(sums[edge.end]!, sums[start]! + alpha * edge.score);
        incoming[edge.end]!.push(edge);
      }
    }
    return this.#parts(characters, (end) => {
      const edges = incoming[end]!;
      let left = random.uniform();
      for (const edge of edges) {
        left -= Math.exp(sums[edge.start]! + alpha * edge.score - sums[end]!);
        if (left < 0) return edge;
      }
      return edges.at(-1)!;
    });
  }

  /** The tokens that start at a character, the shortest first. A character that is no token is an edge that is not known. */
  *#edges(characters: readonly string[], start: number): Generator<Edge> {
    let known = false;
    let node = this.#root;
    for (let end = start + 1; end <= characters.length; end++) {
      const next = node.next.get(characters[end - 1]!);
      if (!next) break;
      node = next;
      if (node.score === undefined) continue;
      yield { start, end, score: node.score, known: true };
      if (end === start + 1) known = true;
    }
    if (!known) yield { start, end: start + 1, score: this.#unknownScore, known: false };
  }

  /** Follows edges from the end of a text to its start, and joins neighbours that are not known. */
  #parts(characters: readonly string[], edgeTo: (end: number) => Edge): string[] {
    const parts: string[] = [];
    let unknown: string[] = [];
    for (let end = characters.length; end > 0; ) {
      const { start, known } = edgeTo(end);
      const part = characters.slice(start, end).join("");
      if (known) {
        if (unknown.length > 0) parts.push(unknown.reverse().join(""));
        unknown = [];
        parts.push(part);
      } else unknown.push(part);
      end = start;
    }
    if (unknown.length > 0) parts.push(unknown.reverse().join(""));
    return parts.reverse();
  }
}
