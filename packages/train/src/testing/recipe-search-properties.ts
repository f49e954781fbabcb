import { assertSame, CheckError } from "@heed/core/testing";
import {
  beam,
  type Generated,
  generate,
  greedy,
  type Hypothesis,
  type Seq2SeqModel,
  sample,
  score,
} from "@heed/seq2seq";
import { cpu } from "@heed/tensor";
import { batchOf, makeRecipeTrial, type Pair, pairs, type RecipeTrial, sourceOf } from "./recipe-trial.js";

const maxLength = 4;
const searches = [beam({ size: 3, nBest: 2 }), sample({ nBest: 2, seed: 3 })];

/** Beams of one are greedy; the batch changes nothing; scores are those of forced decoding, on every backend. */
export async function checkSearch(trial: RecipeTrial): Promise<void> {
  const model = trial.build();
  const best = await find(model, pairs, greedy());
  assertSame(
    "a beam of size 1, against greedy search",
    idsOf(await find(model, pairs, beam({ size: 1 }))),
    idsOf(best),
  );
  for (const search of searches) {
    const together = await find(model, pairs, search);
    for (const [row, pair] of pairs.entries()) {
      const [alone] = await find(model, [pair], search, [row]);
      assertSame(
        `${search.name}: sentence ${row}, against the same sentence alone`,
        idsOf([alone!]),
        idsOf([together[row]!]),
      );
    }
    await assertForced(model, together, search.name, 1e-9);
  }
  const state = await model.stateDict();
  for (const start of trial.given.backends ?? [() => cpu()]) {
    const backend = await start();
    const other = (await makeRecipeTrial(trial.recipe, trial.given, backend)).build();
    other.loadStateDict(state);
    for (const search of searches) {
      await assertForced(other, await find(other, pairs, search), `${search.name} on ${backend.name}`, 1e-4);
    }
  }
}

function find(
  model: Seq2SeqModel,
  of: readonly Pair[],
  search: ReturnType<typeof greedy>,
  positions = Array.from(of.keys()),
): Promise<Generated[]> {
  return generate(model, sourceOf(of), search, { maxLength, positions });
}

function idsOf(results: readonly Generated[]): (readonly number[])[] {
  return results.flatMap(({ hypotheses }) => hypotheses.map(({ ids }) => ids));
}

/** Compares log-probabilities and weights of hypotheses with forced decoding. */
async function assertForced(
  model: Seq2SeqModel,
  results: readonly Generated[],
  what: string,
  tolerance: number,
): Promise<void> {
  const found = results.flatMap(({ hypotheses }, row) =>
    hypotheses.map((hypothesis) => ({ hypothesis, pair: { ...pairs[row]!, target: targetOf(hypothesis) } })),
  );
  const scored = await score(model, batchOf(found.map(({ pair }) => pair)));
  for (const [i, { hypothesis }] of found.entries()) {
    const { logProbs, weights } = scored[i]!;
    for (const [step, actual] of hypothesis.logProbs.entries()) {
      const gaps = [Math.abs(actual - logProbs[step]!)];
      hypothesis.weights?.[step]?.forEach((weight, j) => {
        gaps.push(Math.abs(weight - weights![step]![j]!));
      });
      if (gaps.every((gap) => gap <= tolerance)) continue;
      throw new CheckError(
        `${what}: token ${step} of a hypothesis has the log-probability ${actual}, and ${logProbs[step]} by forced decoding; the largest difference, with weights, is ${Math.max(...gaps)}.`,
      );
    }
  }
}

/** The target without `<eos>`, which batches add. */
function targetOf({ ids, finished }: Hypothesis): number[] {
  return finished ? ids.slice(0, -1) : [...ids];
}
