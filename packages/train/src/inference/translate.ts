import type { Run } from "../run/run.js";
import type { TranslateOptions } from "./translate-options.js";
import type { Translation } from "./translation.js";

/**
 * Translates lines. An empty line gives an empty translation in its place; a line longer than what the run was trained on is
 * translated, with a notice. A line that cannot be translated, such as one with more than 2000 tokens or with a token that
 * the vocabulary has no id for, gives a translation whose `error` is set. The first call loads the code of the search.
 *
 * @param runs - one run, or several whose probabilities are averaged: they share both vocabularies
 * @throws SearchError when an option is out of range, or prefix, required and forbidden phrases contradict each other, have
 * unknown tokens, or do not fit into `maxLength`
 * @throws HeedError when the vocabularies differ
 * @example
 * const [translation] = await translate(run, ["나는 학생이다."], { search: beam({ size: 5, nBest: 3 }) });
 * for (const { text, score } of translation.hypotheses) console.log(score, text);
 */
export async function translate(
  runs: Run | readonly Run[],
  lines: readonly string[],
  options: TranslateOptions = {},
): Promise<Translation[]> {
  const { translateLines } = await import("./translate-lines.js");
  return await translateLines(runs, lines, options);
}
