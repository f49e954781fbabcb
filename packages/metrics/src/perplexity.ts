import { HeedError } from "@heed/core";
/**
 * The perplexity of a cross-entropy: between how many equally likely tokens the model hesitates on average.
 *
 * `exp(loss)`
 *
 * @param lossInNatsPerToken - cross-entropy in nats per token, ≥ 0; above about 709.78 the result is Infinity
 * @returns at least 1
 * @throws HeedError where the loss is negative or not a number: no cross-entropy is
 * @example
 * perplexity(Math.log(11)); // 11: a uniform guess among 11 tokens
 */
export function perplexity(lossInNatsPerToken: number): number {
  if (!(lossInNatsPerToken >= 0)) {
    throw new HeedError(`perplexity: a loss in nats per token is at least 0; got ${lossInNatsPerToken}.`);
  }
  return Math.exp(lossInNatsPerToken);
}
