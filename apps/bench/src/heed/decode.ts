import { generate, greedy } from "@heed/seq2seq";
import { disposeAll, tensor } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import type { DecodeWork } from "../work.js";
import { buildModel } from "./model.js";

export function prepareDecode(work: DecodeWork): Prepared {
  const model = buildModel(work, work.parameters);
  const ids = Int32Array.from(work.sequences.flat());
  const shape = [work.sequences.length, work.sequences[0]!.length];
  const sizes = Int32Array.from(work.sequences, (sequence) => sequence.length);
  let decoded: number[] = [];
  return {
    run: async () => {
      const source = { ids: tensor(ids, { shape }), lengths: tensor(sizes) };
      // No token has the id −1, so every sentence takes the same number of steps.
      const options = { maxLength: work.maxLength, eosId: -1, suppress: [] };
      const sentences = await generate(model, source, greedy(), options);
      disposeAll(source);
      decoded = sentences.flatMap(({ hypotheses }) => hypotheses[0]!.ids);
      return undefined;
    },
    read: async () => ({ ids: decoded }),
    dispose: () => model.dispose(),
  };
}
