import { basename, resolve } from "node:path";
import { DataError } from "@heed/datasets";
import type { MetricInput } from "@heed/metrics";
import {
  evaluate,
  type PairFault,
  type Run,
  type TextSample,
  type TranslateOptions,
  type Translation,
} from "@heed/train";
import { plural } from "../format.js";
import { UsageError } from "../usage-error.js";

/** A model, or a file of translations, that is compared with others. */
export interface System {
  /** Different from those of all other systems. */
  readonly name: string;
  /** Under teacher forcing; null for a file. */
  readonly measures: {
    /** In nats per target token. */
    readonly loss: number;
    readonly perplexity: number;
    /** In [0, 1]. */
    readonly tokenAccuracy: number;
  } | null;
  /** What metrics compare. */
  readonly compared: MetricInput;
  /** Null for a file. */
  readonly translations: readonly Translation[] | null;
  /** The pairs that the model cannot process. */
  readonly errors: readonly PairFault[];
}

/** Translates the sources with a model, and measures it under teacher forcing. */
export async function systemOfRun(
  run: Run,
  name: string,
  pairs: readonly TextSample[],
  search: TranslateOptions,
): Promise<System> {
  const { loss, perplexity, tokenAccuracy, compared, translations, errors } = await evaluate(run, pairs, {
    ...search,
    metrics: [],
  });
  return { name, measures: { loss, perplexity, tokenAccuracy }, compared, translations, errors };
}

/**
 * Builds the system of a file of translations. Its tokens are the words between white space.
 * @throws DataError when the file has not a line for each pair
 */
export function systemOfFile(
  path: string,
  name: string,
  lines: readonly string[],
  pairs: readonly TextSample[],
): System {
  if (lines.length !== pairs.length) {
    throw new DataError(
      `${path} has ${plural(lines.length, "line")}, but there are ${plural(pairs.length, "pair")}: line i must be the translation of source i. Look for a line that is missing or broken in two.`,
    );
  }
  const references = pairs.map(({ target }) => target);
  const tokens = (line: string): string[] => [...line.split(/\s+/u).filter(Boolean), "<eos>"];
  const compared = {
    ...{ hypotheses: lines, references, sources: pairs.map(({ source }) => source) },
    ...{ hypothesisTokens: lines.map(tokens), referenceTokens: references.map(tokens) },
  };
  return { name, measures: null, compared, translations: null, errors: [] };
}

/**
 * Returns a name for each folder or file: the last part of its path where no other one has it, or the whole path.
 * @throws UsageError when two paths are the same file or folder
 */
export function systemNames(paths: readonly string[]): string[] {
  const places = paths.map((path) => resolve(path));
  const twice = paths.find((_, i) => places.indexOf(places[i]!) < i);
  if (twice !== undefined) throw new UsageError(`Name each model and each file once, got ${twice} twice.`);
  const short = paths.map((path) => basename(path));
  return paths.map((path, i) => (short.filter((name) => name === short[i]).length === 1 ? short[i]! : path));
}

/** Returns for each system the name of a file, without its ending. They differ also where case does not count. */
export function fileNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/^[./\\]+/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-") || "system";
    let unique = plain;
    for (let i = 2; used.has(unique.toLowerCase()); i++) unique = `${plain}-${i}`;
    used.add(unique.toLowerCase());
    return unique;
  });
}
