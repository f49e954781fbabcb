import { emptyPath, extendPath, type Hypothesis, type Path, toHypothesis } from "./hypothesis.js";
import type { Expansion, Search, SentenceRequest, SentenceSearch } from "./search.js";

/**
 * Greedy search: the most probable token at each step. It finds what `beam({ size: 1 })` finds; the score is the
 * log-probability.
 *
 * @example
 * const [{ hypotheses }] = await generate(model, source, greedy(), { maxLength: 20 });
 */
export function greedy(): Search {
  return { name: "greedy", requires: false, start: (request) => new GreedySentence(request) };
}

// It is not a beam of size 1, so that pages which only decode greedily do not load the code of the beam.
class GreedySentence implements SentenceSearch {
  readonly full = false;
  readonly candidates = 1;
  readonly trace = [];
  paths: readonly Path[] = [emptyPath];
  #path: Path = emptyPath;

  constructor(readonly request: SentenceRequest) {}

  wanted(): readonly number[] {
    return [];
  }

  advance([expansion]: readonly Expansion[]): void {
    const { eosId, maxLength } = this.request;
    const [best] = expansion!.candidates;
    if (best) this.#path = extendPath(this.#path, best.id, best.logProb, expansion!.weights);
    const isOver = !best || best.id === eosId || this.#path.length === maxLength;
    this.paths = isOver ? [] : [this.#path];
  }

  hypotheses(): Hypothesis[] {
    return [toHypothesis(this.#path, this.#path.logProb, this.request.eosId)];
  }
}
