import type { BeamSettings } from "./beam-options.js";
import { emptyPath, extendPath, type Hypothesis, idsOf, type Path, toHypothesis } from "./hypothesis.js";
import { coveragePenalty, lengthPenalty } from "./penalties.js";
import { type PhraseProgress, RequiredPhrases } from "./phrases.js";
import type {
  Candidate,
  CandidateFate,
  Expansion,
  SentenceRequest,
  SentenceSearch,
  TracedCandidate,
} from "./search.js";

/** A path that lives, with its progress. */
interface Member {
  readonly path: Path;
  readonly progress: PhraseProgress | null;
  /** Its index among the candidates of the step that it comes from; only when the search is traced. */
  readonly origin: number;
}

/** A member that may come next. */
interface Option extends Candidate {
  readonly parent: Member;
  readonly total: number;
  readonly expansion: Expansion;
  readonly progress: PhraseProgress | null;
}

/** The beam search of one sentence. */
export class BeamSentence implements SentenceSearch {
  readonly full = false;
  readonly candidates: number;
  readonly trace: TracedCandidate[][] = [];
  readonly #phrases: RequiredPhrases | null;
  #members: Member[];
  /** Complete hypotheses, in no order. */
  readonly #finished: { path: Path; score: number }[] = [];
  /** Paths that ended without `<eos>`. */
  readonly #cut: Path[] = [];

  constructor(
    readonly settings: BeamSettings,
    readonly request: SentenceRequest,
  ) {
    this.#phrases = request.required.length > 0 ? new RequiredPhrases(request.required) : null;
    // At most `size` of the candidates are `<eos>`, so that `size` others remain.
    this.candidates = settings.size === 1 && settings.earlyStopping ? 1 : 2 * settings.size;
    if (this.#phrases) this.candidates++;
    this.#members = [{ path: emptyPath, progress: this.#phrases?.start ?? null, origin: -1 }];
  }

  get paths(): readonly Path[] {
    return this.#members.map(({ path }) => path);
  }

  /** The tokens that continue a required phrase; and `<eos>` at the last moment, so that no sentence has to be cut. */
  wanted(path: Path): readonly number[] {
    const member = this.#phrases && this.#members.find((each) => each.path === path);
    const next = member?.progress ? this.#phrases!.next(member.progress) : [];
    const ends = this.request.eosId >= 0 && this.#isLast(path) && (this.settings.size > 1 || this.#phrases !== null);
    return ends ? [...next, this.request.eosId] : next;
  }

  advance(expansions: readonly Expansion[]): void {
    const options: Option[] = [];
    for (const [i, expansion] of expansions.entries()) {
      const following = this.#optionsOf(this.#members[i]!, expansion);
      if (following.length === 0) this.#cut.push(expansion.path);
      options.push(...following);
    }
    if (options.length > 1) options.sort((a, b) => b.total - a.total);
    const next: Member[] = [];
    const traced: TracedCandidate[] = [];
    let rank = 0;
    for (const option of this.#phrases ? inBanks(options) : options) {
      const fate = this.#fateOf(option, rank, next.length);
      if (this.request.trace) traced.push(tracedCandidate(option, fate));
      if (fate !== "dropped") {
        const path = extendPath(option.parent.path, option.id, option.logProb, option.expansion.weights);
        if (fate === "finished") this.#finished.push({ path, score: this.#scoreOf(path) });
        else next.push({ path, progress: option.progress, origin: rank });
      }
      rank++;
    }
    if (this.request.trace) this.trace.push(traced);
    this.#members = next;
    if (next.length === 0) return;
    if (next[0]!.path.length < this.request.maxLength && !this.#isOver()) return;
    if (next[0]!.path.length >= this.request.maxLength) this.#cut.push(...this.paths);
    this.#members = [];
  }

  hypotheses(): Hypothesis[] {
    const { nBest } = this.settings;
    const byScore = (paths: readonly Path[]): Hypothesis[] =>
      paths
        .map((path) => toHypothesis(path, this.#scoreOf(path), this.request.eosId))
        .sort((a, b) => b.score - a.score);
    const finished = byScore(this.#finished.map(({ path }) => path));
    return [...finished, ...(finished.length < nBest ? byScore(this.#cut) : [])].slice(0, nBest);
  }

  /** Returns what may follow a member, without tokens that leave no room for the required phrases. */
  #optionsOf(parent: Member, expansion: Expansion): Option[] {
    const { path, progress } = parent;
    const { candidates, wanted } = expansion;
    const option = ({ id, logProb }: Candidate): Option => ({
      id,
      logProb,
      parent,
      expansion,
      total: path.logProb + logProb,
      progress: progress && this.#phrases!.advance(progress, [...idsOf(path), id]),
    });
    const further = wanted.filter(({ id }) => candidates.every((candidate) => candidate.id !== id));
    const all = [...candidates, ...further].map(option);
    if (!progress) return all;
    const { eosId, maxLength } = this.request;
    const total = this.#phrases!.tokens;
    const room = maxLength - path.length - 1;
    const complete = all.filter(({ id, progress }) => id !== eosId || progress!.bank === total);
    // One place is for `<eos>`.
    const fitting = complete.filter(({ progress }) => total - progress!.bank <= Math.max(room - 1, 0));
    return fitting.length > 0 ? fitting : complete;
  }

  #fateOf({ id, parent }: Option, rank: number, living: number): CandidateFate {
    const { size } = this.settings;
    if (id !== this.request.eosId) return living < size ? "kept" : "dropped";
    return rank < size || this.#isLast(parent.path) ? "finished" : "dropped";
  }

  #isLast(path: Path): boolean {
    return path.length + 1 === this.request.maxLength;
  }

  #scoreOf(path: Path): number {
    const { lengthPenalty: alpha, lengthPenaltyKind, coveragePenalty: beta } = this.settings;
    return path.logProb / lengthPenalty(path.length, alpha, lengthPenaltyKind) + coveragePenalty(path, beta);
  }

  #isOver(): boolean {
    const { size, nBest, earlyStopping, lengthPenalty: alpha, lengthPenaltyKind } = this.settings;
    if (earlyStopping) return this.#finished.length >= size;
    if (this.#finished.length < nBest) return false;
    const worst = this.#finished.map(({ score }) => score).sort((a, b) => b - a)[nBest - 1]!;
    // Log-probabilities only fall, and a longer sentence divides them by more. The coverage penalty is at most 0.
    const highest = Math.max(...this.#members.map(({ path }) => path.logProb));
    return highest / lengthPenalty(this.request.maxLength, alpha, lengthPenaltyKind) <= worst;
  }
}

function tracedCandidate({ id, logProb, parent, total }: Option, fate: CandidateFate): TracedCandidate {
  return { id, logProb, parent: parent.origin, total, fate };
}

/**
 * Orders options so that hypotheses with different numbers of required tokens share the beam evenly: the best of each bank,
 * then the second of each, and so on; the bank with the most tokens first. Banks that are empty leave their places to the
 * others.
 *
 * Source: Post and Vilar 2018, arXiv:1804.06609, section 3 (dynamic beam allocation).
 *
 * @param options - the best first
 */
function inBanks(options: readonly Option[]): Option[] {
  const banks = new Map<number, Option[]>();
  for (const option of options) {
    const key = option.progress!.bank;
    banks.set(key, [...(banks.get(key) ?? []), option]);
  }
  const ordered = [...banks].sort(([a], [b]) => b - a).map(([, bank]) => bank);
  const rounds = Math.max(0, ...ordered.map((bank) => bank.length));
  return Array.from({ length: rounds }, (_, round) => ordered.flatMap((bank) => bank.slice(round, round + 1))).flat();
}
