import { checkOptionKinds, optionRules, Random } from "@heed/core";
import { emptyPath, extendPath, type Hypothesis, type Path, toHypothesis } from "./hypothesis.js";
import type { Expansion, Search, SentenceRequest, SentenceSearch } from "./search.js";
import { SearchError } from "./search-error.js";

/** Options of {@link sample}. */
export interface SampleOptions {
  /** Log-probabilities are divided by it, above 0; default 1. Below 1 probable tokens become more probable. */
  readonly temperature?: number;
  /** Only this many of the most probable tokens may be drawn; default: all. */
  readonly topK?: number;
  /** Only the most probable tokens whose probabilities sum up to this may be drawn, in (0, 1]; default 1. */
  readonly topP?: number;
  /** Number of hypotheses that are drawn for a sentence, independently of each other; default 1. */
  readonly nBest?: number;
  /** The same seed draws the same hypotheses; default 0. */
  readonly seed?: number;
}

const rules = optionRules<SampleOptions>({
  "temperature?": "number",
  "topK?": "integer",
  "topP?": "number",
  "nBest?": "integer",
  "seed?": "integer",
});

type SampleSettings = Required<SampleOptions>;

/**
 * Draws each token from the model's distribution, after temperature, top-k and top-p in this order. What is drawn for a
 * sentence depends on the seed and on the position of the sentence among all sentences, not on its batch. The score is the
 * log-probability under the model, without temperature.
 *
 * Source: Fan et al. 2018, arXiv:1805.04833 (top-k); Holtzman et al. 2020, arXiv:1904.09751 (top-p).
 *
 * @throws SearchError when an option is out of range
 * @example
 * const [{ hypotheses }] = await generate(model, source, sample({ topP: 0.9, seed: 1 }), { maxLength: 40 });
 */
export function sample(options: SampleOptions = {}): Search {
  checkOptionKinds("sample", [], rules, options);
  const { temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1, nBest = 1, seed = 0 } = options;
  const check = (name: string, value: number, right: boolean, range: string): void => {
    if (!right) throw new SearchError(`sample: ${name} must be ${range}, got ${value}.`);
  };
  check("temperature", temperature, temperature > 0 && temperature < Number.POSITIVE_INFINITY, "a number above 0");
  check("topK", topK, topK >= 1, "an integer of at least 1");
  check("topP", topP, topP > 0 && topP <= 1, "above 0 and at most 1");
  check("nBest", nBest, nBest >= 1, "an integer of at least 1");
  const settings = { temperature, topK, topP, nBest, seed };
  return { name: "sample", requires: false, start: (request) => new SampledSentence(settings, request) };
}

class SampledSentence implements SentenceSearch {
  readonly full = true;
  readonly candidates = 0;
  readonly trace = [];
  /** The beginnings that are not complete, each with its generator. */
  #open: { readonly path: Path; readonly random: Random; readonly index: number }[];
  readonly #closed: Path[] = [];

  constructor(
    readonly settings: SampleSettings,
    readonly request: SentenceRequest,
  ) {
    const { seed, nBest } = settings;
    this.#open = Array.from({ length: nBest }, (_, index) => ({
      path: { ...emptyPath },
      random: Random.derive(seed, request.index, index),
      index,
    }));
  }

  get paths(): readonly Path[] {
    return this.#open.map(({ path }) => path);
  }

  wanted(): readonly number[] {
    return [];
  }

  advance(expansions: readonly Expansion[]): void {
    const { eosId, maxLength } = this.request;
    this.#open = this.#open.flatMap(({ path, random, index }, row) => {
      const { logProbs, weights } = expansions[row]!;
      const id = draw(logProbs!, random.uniform(), this.settings);
      const next = id === null ? path : extendPath(path, id, logProbs![id]!, weights);
      if (id !== null && id !== eosId && next.length < maxLength) return [{ path: next, random, index }];
      this.#closed[index] = next;
      return [];
    });
  }

  hypotheses(): Hypothesis[] {
    return this.#closed.map((path) => toHypothesis(path, path.logProb, this.request.eosId));
  }
}

/**
 * Draws a token.
 * @param uniform - from [0, 1)
 * @returns null when no token is allowed
 */
function draw(
  logProbs: ArrayLike<number>,
  uniform: number,
  { temperature, topK, topP }: SampleSettings,
): number | null {
  let ids: number[] = [];
  for (let id = 0; id < logProbs.length; id++) if (logProbs[id]! > Number.NEGATIVE_INFINITY) ids.push(id);
  if (ids.length === 0) return null;
  const limited = topK < ids.length || topP < 1;
  if (limited) ids.sort((a, b) => logProbs[b]! - logProbs[a]! || a - b);
  if (topK < ids.length) ids = ids.slice(0, topK);
  const highest = ids.reduce((top, id) => Math.max(top, logProbs[id]!), Number.NEGATIVE_INFINITY);
  const masses = ids.map((id) => Math.exp((logProbs[id]! - highest) / temperature));
  let total = masses.reduce((sum, mass) => sum + mass, 0);
  if (topP < 1) {
    let kept = 0;
    let sum = 0;
    while (kept < ids.length && sum < topP * total) sum += masses[kept++]!;
    ids = ids.slice(0, kept);
    total = sum;
  }
  let left = uniform * total;
  for (const [i, id] of ids.entries()) {
    left -= masses[i]!;
    if (left < 0) return id;
  }
  return ids.at(-1)!;
}
