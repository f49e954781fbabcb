// Initial weights from another run. Loaded when they are asked for, so that pages stay small.
import type { Seq2SeqModel } from "@heed/seq2seq";
import { formatShape, type SafeTensor } from "@heed/tensor";
import type { Tokenizer, Vocabulary } from "@heed/tokenizers";
import type { Sides } from "../data/choose-tokenizers.js";
import type { Run } from "./run.js";

/** What a model takes from another run. Every parameter of the model is in one of the first four lists. */
export interface InitReport {
  /** Parameters that are copied whole. */
  readonly taken: readonly string[];
  /** Parameters of a vocabulary: the rows of tokens that both vocabularies have are copied. */
  readonly matched: readonly { readonly name: string; readonly rows: number; readonly of: number }[];
  /** Parameters whose shapes differ; they keep their initial values. */
  readonly resized: readonly { readonly name: string; readonly shape: string; readonly other: string }[];
  /** Parameters that the other run does not have; they keep their initial values. */
  readonly added: readonly string[];
  /** Parameters of the other run that the model does not have. */
  readonly unused: readonly string[];
}

/**
 * Copies parameters of the same name and shape from another run. The rows of embeddings and of the output layer are matched
 * by token where the vocabularies differ. Everything else keeps its value.
 *
 * @param model - whose parameters are replaced
 * @param tokenizers - of this model
 * @returns what was copied
 */
export async function initFrom(model: Seq2SeqModel, tokenizers: Sides<Tokenizer>, from: Run): Promise<InitReport> {
  const [own, other] = await Promise.all([model.stateDict(), from.model.stateDict()]);
  const others = new Map<string, { first: string; value: SafeTensor }>();
  const firstNames = new Map(Array.from(from.model.parameters(), ([name, parameter]) => [parameter, name]));
  for (const [parameter, names] of from.model.parameterNames()) {
    const first = firstNames.get(parameter)!;
    // A tied parameter may come by any of its names.
    for (const name of names) others.set(name, { first, value: other.get(first)! });
  }
  const report = { taken: [] as string[], matched: [], resized: [], added: [] as string[] } as {
    -readonly [K in Exclude<keyof InitReport, "unused">]: InitReport[K][number][];
  };
  const used = new Set<string>();
  const state = new Map<string, SafeTensor>();
  for (const names of model.parameterNames().values()) {
    const name = names[0]!;
    const found = names.map((each) => others.get(each)).find((each) => each !== undefined);
    if (found === undefined) {
      report.added.push(name);
      continue;
    }
    used.add(found.first);
    const [mine, theirs] = [own.get(name)!, found.value];
    const side = vocabularySide(name);
    const ids = side && sameTokens(tokenizers[side].vocabulary, from, side);
    const [size, otherSize] = side
      ? [tokenizers[side].vocabulary.size, vocabularyOf(from, side).size]
      : [undefined, undefined];
    const isOfVocabulary = size === mine.shape[0] && otherSize === theirs.shape[0];
    if (ids && isOfVocabulary && String(mine.shape.slice(1)) === String(theirs.shape.slice(1))) {
      state.set(name, withRows(mine, theirs, ids));
      report.matched.push({ name, rows: ids.filter((id) => id !== -1).length, of: mine.shape[0]! });
    } else if (String(mine.shape) === String(theirs.shape)) {
      state.set(name, theirs);
      report.taken.push(name);
    } else {
      report.resized.push({ name, shape: formatShape(mine.shape), other: formatShape(theirs.shape) });
    }
  }
  model.loadStateDict(state, { strict: false });
  return { ...report, unused: [...other.keys()].filter((name) => !used.has(name)) };
}

/** Returns the side whose vocabulary the rows of a parameter stand for; undefined for other parameters. */
function vocabularySide(name: string): keyof Sides<unknown> | undefined {
  if (/^output\./.test(name)) return "target";
  if (!/(^|\.)(source|target)?embedding\.weight$/i.test(name) || /position/i.test(name)) return undefined;
  return /^encoder\.|source/i.test(name) ? "source" : "target";
}

function vocabularyOf(run: Run, side: keyof Sides<unknown>): Vocabulary {
  return run[`${side}Tokenizer`].vocabulary;
}

/** Returns for each token its id in the other vocabulary, or -1; null when the vocabularies are equal. */
function sameTokens({ tokens }: Vocabulary, from: Run, side: keyof Sides<unknown>): readonly number[] | null {
  const others = vocabularyOf(from, side).tokens;
  const ids = new Map(others.map((token, id) => [token, id]));
  const matching = tokens.map((token) => ids.get(token) ?? -1);
  return others.length === tokens.length && matching.every((id, i) => id === i) ? null : matching;
}

/** Returns a tensor with the rows of another one, where `ids` names one. */
function withRows(mine: SafeTensor, theirs: SafeTensor, ids: readonly number[]): SafeTensor {
  const width = mine.data.length / ids.length;
  const data = Float64Array.from(mine.data as Float32Array);
  for (const [row, id] of ids.entries()) {
    if (id === -1) continue;
    for (let i = 0; i < width; i++) data[row * width + i] = Number(theirs.data[id * width + i]);
  }
  return { dtype: "F64", shape: mine.shape, data };
}

/**
 * Describes what was copied, a sentence for each kind.
 * @param path - of the other run
 */
export function describeInit(report: InitReport, path: string): string[] {
  const { taken, matched, resized, added, unused } = report;
  const parameters = (count: number): string => `${count} ${count === 1 ? "parameter" : "parameters"}`;
  const sentences = [`From ${path}: ${parameters(taken.length)} taken as they are, ${matched.length} by token.`];
  for (const { name, rows, of } of matched) sentences.push(`${name}: the rows of ${rows} of ${of} tokens are taken.`);
  for (const { name, shape, other } of resized) {
    sentences.push(`${name} has the shape ${shape}, but ${other} in ${path}: it keeps its initial values.`);
  }
  if (added.length > 0) sentences.push(`${parameters(added.length)} that ${path} does not have: ${added.join(", ")}.`);
  if (unused.length > 0) sentences.push(`${parameters(unused.length)} of ${path} not used: ${unused.join(", ")}.`);
  return sentences;
}
