import { didYouMean, HeedError, quoted } from "@heed/core";
import type { Alignment, TextPair } from "@heed/datasets";

/** A sentence and its translation, as text. */
export interface TextSample {
  readonly source: string;
  readonly target: string;
  /**
   * Pairs of positions [source, target], from 0: of words that white space separates, for text; of tokens, for samples of a
   * task, which have it if the task knows it.
   */
  readonly alignment?: Alignment | undefined;
}

/** A pair of text as it was read. */
export interface ReadPair extends TextPair {
  /** Positions of words that white space separates. */
  readonly wordAlignment?: Alignment | undefined;
}

/** Pairs in memory: an array, a generator, a stream. It is read once, from start to end. */
export type PairSource = Iterable<TextSample> | AsyncIterable<TextSample>;

/** Pairs in memory for `train`. */
export interface TrainingData {
  readonly train: PairSource;
  /** Default: `data.validation` of the configuration sets the number of training pairs that are split off. */
  readonly validation?: PairSource | undefined;
  /** The best model is evaluated on it once, after training. Default: none. */
  readonly test?: PairSource | undefined;
}

/**
 * Reads pairs from memory. Their line numbers are their positions, from 1.
 *
 * @param name - for messages, such as `data.train`
 * @param limit - the number of pairs after which reading stops; default: none
 * @throws HeedError when it cannot be iterated, or when an element is not a pair of strings
 */
export async function collectPairs(
  source: PairSource,
  name: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<ReadPair[]> {
  const pairs: ReadPair[] = [];
  const add = (element: unknown): boolean => {
    const line = pairs.length + 1;
    const { source, target, alignment } = (element ?? {}) as { [key in keyof TextSample]?: unknown };
    if (typeof source !== "string" || typeof target !== "string") {
      throw new HeedError(
        `${name}, pair ${line}: expected { source: string, target: string }, got ${elementShown(element)}.`,
      );
    }
    if (alignment !== undefined && !isAlignment(alignment)) {
      throw new HeedError(
        `${name}, pair ${line}: alignment must be a list of [source, target], positions of words from 0. Correct it, or leave it out.`,
      );
    }
    pairs.push({ source, target, line, ...(alignment && { wordAlignment: alignment }) });
    return line < limit;
  };
  // A loop over an array that awaits nothing is far faster.
  if (has(source, Symbol.iterator)) {
    for (const element of source as Iterable<unknown>) if (!add(element)) break;
  } else if (has(source, Symbol.asyncIterator)) {
    for await (const element of source as AsyncIterable<unknown>) if (!add(element)) break;
  } else {
    throw new HeedError(
      `${name} must be an array, an iterable or an async iterable of { source, target }, got ${kindOf(source)}.`,
    );
  }
  return pairs;
}

function isAlignment(value: unknown): value is Alignment {
  return Array.isArray(value) && value.every((link) => Array.isArray(link) && link.length === 2);
}

const keys: readonly string[] = ["train", "validation", "test"];

/** @throws HeedError when it is not an object with `train`, or has an unknown key */
export function assertTrainingData(data: TrainingData): void {
  if (typeof data === "object" && data !== null && !Array.isArray(data) && "train" in data) {
    const wrong = Object.keys(data).find((key) => !keys.includes(key));
    if (wrong === undefined) return;
    throw new HeedError(
      `train: \`data\` has no key ${quoted([wrong])}.${didYouMean(wrong, keys)} Known: ${keys.join(", ")}.`,
    );
  }
  throw new HeedError(
    `train: \`data\` must be { train, validation?, test? }, got ${kindOf(data)}. Pass data: { train: pairs }.`,
  );
}

function has(value: unknown, method: symbol): boolean {
  return typeof (value as Record<symbol, unknown> | null | undefined)?.[method] === "function";
}

/** Describes an element that is not a pair: the types of its sides, or the value. */
function elementShown(element: unknown): string {
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    return typeof element === "string" ? JSON.stringify(element.slice(0, 40)) : kindOf(element);
  }
  const { source, target } = element as { source?: unknown; target?: unknown };
  return `{ source: ${kindOf(source)}, target: ${kindOf(target)} }`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "an array" : typeof value;
}
