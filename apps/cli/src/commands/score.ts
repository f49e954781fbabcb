import { readFile } from "@heed/datasets/node";
import { readPairs } from "@heed/datasets/text";
import { describeUnknown, score } from "@heed/train";
import type { Context } from "../context.js";
import { decimal, plural } from "../format.js";
import { nameEncodingOption } from "../read-lines.js";
import { openResults, type ResultOptions } from "../result-lines.js";
import { type ModelOptions, withRuns } from "../with-run.js";

/** The options of `heed score`. */
export interface ScoreOptions extends ModelOptions, ResultOptions {
  readonly src: string;
  readonly ref: string;
  /** A label of `TextDecoder`; default: UTF-8. */
  readonly encoding?: string;
  readonly quiet?: boolean;
}

/** `heed score`: the log-probability of each translation, a number a line; `NaN` where it cannot be computed. */
export async function scoreCommand(
  { src, ref, encoding, ...options }: ScoreOptions,
  context: Context,
): Promise<number> {
  const { output } = context;
  const results = await openResults(options, context);
  const { pairs } = await nameEncodingOption(readPairs({ source: src, target: ref, encoding }, readFile));
  return withRuns(options, context, async (runs) => {
    const scored = await score(runs, pairs);
    for (const [i, { logProb, logProbs, source, tokens, unknown, error }] of scored.entries()) {
      results.write(error === null ? logProb.toFixed(4) : "NaN");
      output.event({
        ...{ event: "score", line: i + 1, source, tokens, unknown, error, logProbs },
        logProb: error === null ? logProb : null,
      });
      if (error !== null) results.error(i + 1, error);
    }
    await results.close();
    const known = scored.filter(({ error }) => error === null);
    const tokens = known.reduce((sum, { logProbs }) => sum + logProbs.length, 0);
    const logProb = known.reduce((sum, pair) => sum + pair.logProb, 0);
    const perplexity = tokens === 0 ? null : Math.exp(-logProb / tokens);
    for (const sentence of describeUnknown(scored.map(({ unknown }) => ({ unknown, missing: 0 })))) {
      results.note(`note: ${sentence}`);
    }
    if (perplexity !== null) {
      results.note(`${plural(known.length, "pair")}, ${plural(tokens, "token")}: perplexity ${decimal(perplexity, 2)}`);
    }
    const errors = scored.length - known.length;
    output.event({ event: "done", pairs: scored.length, errors, tokens, logProb, perplexity });
    return errors === 0 ? 0 : 1;
  });
}
