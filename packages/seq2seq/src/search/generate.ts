import { checkOptionKinds, optionRules } from "@heed/core";
import type { SourceBatch } from "../batch.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import type { Generated, GenerateOptions } from "./generate-options.js";
import type { Search } from "./search.js";

const rules = optionRules<GenerateOptions>({
  maxLength: "axes",
  "minLength?": "integer",
  "eosId?": "integer",
  "noRepeatNgram?": "integer",
  "prefixes?": "any",
  "required?": "any",
  "forbidden?": "any",
  "suppress?": "integers",
  "positions?": "integers",
  "trace?": "boolean",
});

let runner: typeof import("./run-search.js") | undefined;

/**
 * Searches for the target sentences of a batch. The other sentences of the batch do not change the result of a sentence. A
 * step computes all hypotheses of all sentences at once; sentences that are complete leave the batch. The first call loads
 * the code of the search.
 *
 * @param models - one model, or several whose probabilities are averaged: they share source and target vocabularies
 * @returns one result for each source sentence
 * @throws SearchError when an option is out of range, or constraints contradict each other or do not fit into `maxLength`
 * @throws HeedError when the vocabularies differ, or a probability is NaN
 * @example
 * const [first] = await generate(model, { ids, lengths }, beam({ size: 5 }), { maxLength: 40 });
 * console.log(first.hypotheses[0].ids);
 */
export async function generate(
  models: Seq2SeqModel | readonly Seq2SeqModel[],
  source: SourceBatch,
  search: Search,
  options: GenerateOptions,
): Promise<Generated[]> {
  checkOptionKinds("generate", ["models", "source", "search"], rules, options);
  runner ??= await import("./run-search.js");
  return await runner.runSearch(Array.isArray(models) ? models : [models as Seq2SeqModel], source, search, options);
}
