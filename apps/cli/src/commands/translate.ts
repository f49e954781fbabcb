import { describeUnknown, type Run, type TranslatedHypothesis, type Translation, translate } from "@heed/train";
import type { Context } from "../context.js";
import { withOptions } from "../explain-error.js";
import { readLines } from "../read-lines.js";
import { openResults, type ResultLines, type ResultOptions } from "../result-lines.js";
import { asUsageError, type SearchArguments, searchSettings } from "../search-arguments.js";
import { type ModelOptions, withRuns } from "../with-run.js";

/** The options of `heed translate`. */
export interface TranslateOptions extends ModelOptions, SearchArguments, ResultOptions {
  readonly input: string;
  /** A label of `TextDecoder`; default: UTF-8. */
  readonly encoding?: string;
  readonly quiet?: boolean;
}

/** Lines that are translated before the first of them is written. */
const GROUP = 64;

type Summary = Pick<Translation, "unknown" | "missing" | "error">;

/** `heed translate`: one line out for each line in; with `--n-best`, one for each hypothesis. */
export async function translateCommand(options: TranslateOptions, context: Context): Promise<number> {
  const { io, output } = context;
  const settings = searchSettings(options);
  const results = await openResults(options, context);
  return withRuns(options, context, async (runs) => {
    if (options.input === "-" && io.stdin.isTTY === true) results.note("Type a sentence and press Enter; Ctrl-D ends.");
    const all: Summary[] = [];
    const translateGroup = async (group: readonly string[]): Promise<void> => {
      const translations = await translateLines(runs, group, settings, all.length);
      for (const [i, translation] of translations.entries()) {
        const line = all.length + 1;
        report(translation, line, options, results);
        output.event(eventOf(translation, line, group[i]!));
        all.push({ unknown: translation.unknown, missing: translation.missing, error: translation.error });
      }
    };
    for await (const group of readLines(options.input, io, options.encoding)) {
      for (let start = 0; start < group.length; start += GROUP) await translateGroup(group.slice(start, start + GROUP));
    }
    await results.close();
    for (const sentence of describeUnknown(all)) results.note(`note: ${withOptions(sentence)}`);
    const errors = all.filter(({ error }) => error !== null).length;
    output.event({ event: "done", lines: all.length, errors });
    return errors === 0 ? 0 : 1;
  });
}

/** Translates some lines of the input. A sample depends on the place of a line in the whole input. */
async function translateLines(
  runs: readonly Run[],
  group: readonly string[],
  settings: ReturnType<typeof searchSettings>,
  before: number,
): Promise<Translation[]> {
  try {
    return await translate(runs, group, { ...settings, firstPosition: before });
  } catch (error) {
    throw asUsageError(error);
  }
}

function report(
  { text, hypotheses, notices, error }: Translation,
  line: number,
  { nBest }: TranslateOptions,
  results: ResultLines,
): void {
  if (nBest === undefined) results.write(text);
  else if (hypotheses.length === 0) results.write(`${line}\t\t`);
  else for (const { score, text } of hypotheses) results.write(`${line}\t${score.toFixed(4)}\t${text}`);
  if (error !== null) results.error(line, error);
  for (const notice of notices) results.note(`line ${line}: ${notice}`);
}

function eventOf(translation: Translation, line: number, source: string) {
  const { text, source: sourceTokens, hypotheses, unknown, notices, error } = translation;
  return {
    ...{ event: "translation", line, source, text, sourceTokens },
    hypotheses: hypotheses.map(hypothesisEvent),
    ...{ unknown, notices, error },
  };
}

function hypothesisEvent({ text, tokens, score, logProb, logProbs, weights }: TranslatedHypothesis) {
  return { text, tokens, score, logProb, logProbs, alignment: weights?.map(strongest) ?? null };
}

/** Returns the position of the largest weight, from 0. */
function strongest(weights: readonly number[]): number {
  return weights.reduce((best, weight, i) => (weight > weights[best]! ? i : best), 0);
}
