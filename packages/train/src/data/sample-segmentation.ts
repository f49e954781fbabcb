import { Random } from "@heed/core";
import { encodePair, PairStore } from "@heed/datasets";
import { type EncodedSet, type EncodeOptions, sides } from "./encode-set.js";

/**
 * Returns the function that encodes a set anew for each epoch, from 1, by tokenizers that sample a segmentation. The result
 * depends on seed, epoch and pair only, so that any epoch can be repeated. A pair with too many tokens keeps the ids that it
 * has without sampling.
 *
 * Source: Kudo 2018, arXiv:1804.10959 (subword regularisation); Provilkov et al. 2020, arXiv:1910.13267 (BPE dropout).
 */
export function sampleSegmentation(
  { pairs, samples, name, unit }: EncodedSet,
  { tokenizers, maxLength, copies, aligner }: EncodeOptions,
  seed: number,
): (epoch: number) => PairStore {
  return (epoch) => {
    const sampled = new PairStore();
    for (const [i, sample] of samples.entries()) {
      const place = `${name} data, ${unit} ${sample.line}`;
      const random = Random.derive(seed, epoch, i);
      const pair = encodePair(sample, tokenizers, place, { copies, random, align: aligner.of(sample, place) });
      const fits = !maxLength || sides.every((side) => pair[side].length <= maxLength[side]);
      const [copy, alignment] = [pairs.copy(i), pairs.alignment(i)];
      sampled.push(fits ? pair : { source: pairs.source(i), target: pairs.target(i), copy, alignment });
    }
    sampled.trim();
    return sampled;
  };
}
