import { HeedError } from "@heed/core";
import type { SourceBatch } from "../batch.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { type Bans, bannedIds } from "./banned-ids.js";
import { checkConstraints, type Phrase } from "./check-constraints.js";
import { Ensemble, type StepResult } from "./ensemble.js";
import type { Generated, GenerateOptions } from "./generate-options.js";
import type { Path } from "./hypothesis.js";
import type { Candidate, Expansion, Search, SentenceSearch } from "./search.js";
import { SearchError } from "./search-error.js";

/** Searches for the target sentences of a batch, as `generate` says. */
export async function runSearch(
  models: readonly Seq2SeqModel[],
  source: SourceBatch,
  search: Search,
  options: GenerateOptions,
): Promise<Generated[]> {
  const lengths = await source.lengths.data();
  const ensemble = new Ensemble(models, source);
  try {
    const sentences = Array.from(lengths, (length, row) => startSentence(row, length, models, source, search, options));
    await searchSteps(ensemble, sentences, models[0]!.target.sosId);
    return sentences.map(({ state }) => ({ hypotheses: state.hypotheses(), trace: state.trace }));
  } finally {
    ensemble.dispose();
  }
}

/** The search of a sentence, with what limits it. */
interface Sentence {
  /** Number of source positions. */
  readonly length: number;
  readonly prefix: Phrase;
  readonly bans: Bans;
  readonly state: SentenceSearch;
}

function startSentence(
  row: number,
  length: number,
  [model]: readonly Seq2SeqModel[],
  source: SourceBatch,
  search: Search,
  options: GenerateOptions,
): Sentence {
  const { minLength = 1, noRepeatNgram = 0, trace = false } = options;
  const { target } = model!;
  const suppress = new Set(options.suppress ?? [target.padId, target.sosId]);
  const eosId = options.eosId ?? target.eosId;
  const b = source.lengths.shape[0]!;
  const entry = <T>(name: "prefixes" | "required" | "forbidden" | "positions" | "maxLength", list: readonly T[]): T => {
    if (list.length === b) return list[row]!;
    throw new SearchError(`generate: ${name} must have an entry for each of the ${b} sentences, got ${list.length}.`);
  };
  const { maxLength, prefixes, required, forbidden, positions } = options;
  const constraints = {
    maxLength: typeof maxLength === "number" ? maxLength : entry("maxLength", maxLength),
    minLength,
    noRepeatNgram,
    prefix: (prefixes && entry("prefixes", prefixes)) ?? [],
    required: (required && entry("required", required)) ?? [],
    forbidden: (forbidden && entry("forbidden", forbidden)) ?? [],
  };
  const size = target.size + (source.copy?.extraTokens ?? 0);
  checkConstraints(row, constraints, target, size);
  if (constraints.required.length > 0 && !search.requires) {
    throw new SearchError(
      `generate: ${search.name} cannot make sure that a phrase is written. Use beam, or remove required.`,
    );
  }
  const index = positions ? entry("positions", positions) : row;
  const request = { index, maxLength: constraints.maxLength, eosId, vocabularySize: size, trace };
  return {
    length,
    prefix: constraints.prefix,
    bans: { minLength, noRepeatNgram, forbidden: constraints.forbidden, suppress, eosId },
    state: search.start({ ...request, required: constraints.required }),
  };
}

/** A path of a sentence, which is one row of a step. */
interface Row {
  readonly sentence: Sentence;
  readonly path: Path;
  readonly banned: ReadonlySet<number>;
  /** Tokens whose log-probability is needed in any case. */
  readonly wanted: readonly number[];
  /** The next token of the prefix; undefined behind it. */
  readonly forced: number | undefined;
}

/** Runs steps until every sentence is complete. */
async function searchSteps(ensemble: Ensemble, sentences: readonly Sentence[], sosId: number): Promise<void> {
  /** The paths of the step before, by sentence; the encoded sentences have a row each. */
  let before: readonly { readonly sentence: Sentence; readonly path: Path | null }[] = sentences.map((sentence) => ({
    sentence,
    path: null,
  }));
  for (let rows = rowsOf(sentences); rows.length > 0; rows = rowsOf(sentences)) {
    const width = Math.max(...rows.map(({ wanted }) => wanted.length));
    const result = await ensemble.step({
      ids: Int32Array.from(rows, ({ path }) => (path.length === 0 ? sosId : path.id)),
      parents: parentsOf(rows, before),
      top: Math.max(...rows.map(({ sentence, banned, forced }) => candidatesFor(sentence, banned, forced))),
      wanted:
        width === 0
          ? null
          : Int32Array.from(rows.flatMap(({ wanted }) => wanted.concat(Array(width - wanted.length).fill(0)))),
      full: rows.some(({ sentence }) => sentence.state.full),
    });
    let start = 0;
    for (const { state } of sentences) {
      const count = state.paths.length;
      if (count === 0) continue;
      state.advance(rows.slice(start, start + count).map((row, i) => expansionOf(row, start + i, result)));
      start += count;
    }
    before = rows;
  }
}

function rowsOf(sentences: readonly Sentence[]): Row[] {
  return sentences.flatMap((sentence) =>
    sentence.state.paths.map((path) => {
      const forced = sentence.prefix[path.length];
      const wanted = forced === undefined ? sentence.state.wanted(path) : [forced];
      return { sentence, path, forced, wanted, banned: bannedIds(path, sentence.bans) };
    }),
  );
}

/** Number of the most probable tokens of which enough are left without the banned ones. */
function candidatesFor({ state }: Sentence, banned: ReadonlySet<number>, forced: number | undefined): number {
  return forced !== undefined || state.candidates === 0 ? 0 : state.candidates + banned.size;
}

/** Returns the row of the step before that each row continues; `null` when they are the same rows. */
function parentsOf(
  rows: readonly Row[],
  before: readonly { readonly sentence: Sentence; readonly path: Path | null }[],
): Int32Array | null {
  let at = 0;
  const parents = rows.map(({ sentence, path }) => {
    while (before[at]!.sentence !== sentence) at++;
    let row = at;
    if (path.parent) while (before[row]!.path !== path.parent) row++;
    return row;
  });
  const same = parents.length === before.length && parents.every((parent, row) => parent === row);
  return same ? null : Int32Array.from(parents);
}

/** Collects what a step says about one of its rows. */
function expansionOf({ sentence, path, banned, wanted, forced }: Row, row: number, result: StepResult): Expansion {
  const { size, top } = result;
  const { candidates: count, full } = sentence.state;
  const known: Candidate[] = [];
  for (const [i, id] of wanted.entries()) {
    known.push({ id, logProb: checked(result.wanted![row * result.wantedPerRow + i]!) });
  }
  const weights = result.weights && rowOf(result.weights, row, result.sourceSize, sentence.length);
  const logProbs = full ? rowOf(result.full!, row, size, size) : null;
  if (forced !== undefined) {
    logProbs?.fill(Number.NEGATIVE_INFINITY);
    if (logProbs) logProbs[forced] = known[0]!.logProb;
    return { path, weights, logProbs, candidates: known, wanted: [] };
  }
  logProbs?.forEach(checked);
  for (const id of banned) if (logProbs) logProbs[id] = Number.NEGATIVE_INFINITY;
  const candidates: Candidate[] = [];
  for (let i = 0; top && i < top.perRow && candidates.length < count; i++) {
    const candidate = { id: top.ids[row * top.perRow + i]!, logProb: checked(top.logProbs[row * top.perRow + i]!) };
    if (isPossible(candidate, banned)) candidates.push(candidate);
  }
  return { path, weights, logProbs, candidates, wanted: known.filter((each) => isPossible(each, banned)) };
}

function isPossible({ id, logProb }: Candidate, banned: ReadonlySet<number>): boolean {
  return logProb > Number.NEGATIVE_INFINITY && !banned.has(id);
}

/** The first `count` entries of a row of `width` entries. */
function rowOf(values: ArrayLike<number>, row: number, width: number, count: number): number[] {
  const entries = new Array<number>(count);
  for (let i = 0; i < count; i++) entries[i] = values[row * width + i]!;
  return entries;
}

function checked(logProb: number): number {
  if (!Number.isNaN(logProb)) return logProb;
  throw new HeedError("generate: the model's probabilities are NaN. Its parameters or its input are not finite.");
}
