import { HeedError } from "@heed/core";
/**
 * A weighted running mean: `Σ weight · value / Σ weight`.
 *
 * Batches hold different numbers of tokens, so the mean of batch means is not the mean per token. With the number of
 * tokens as the weight it is.
 *
 * @example
 * const loss = new Mean();
 * loss.add(2.0, 30); // a batch of 30 tokens whose mean loss is 2.0 nats per token
 * loss.add(1.0, 10);
 * loss.value; // 1.75 nats per token over the epoch
 */
export class Mean {
  #sum = 0;
  #weight = 0;

  /**
   * Adds a value.
   *
   * @param value - what is averaged; NaN and Infinity are kept, so that the mean shows them
   * @param weight - how much it counts, such as its number of tokens; ≥ 0
   * @throws HeedError where the weight is negative or not finite
   */
  add(value: number, weight = 1): void {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new HeedError(`Mean.add: the weight must be a finite number of at least 0; got ${weight}.`);
    }
    if (weight === 0) return;
    this.#sum += value * weight;
    this.#weight += weight;
  }

  /** The sum of the weights so far. */
  get weight(): number {
    return this.#weight;
  }

  /**
   * The mean so far.
   *
   * @throws HeedError where nothing of weight was added yet
   */
  get value(): number {
    if (this.#weight === 0) throw new HeedError("Mean.value: nothing was added yet, so there is no mean.");
    return this.#sum / this.#weight;
  }

  /** Forgets everything, for the next epoch. */
  reset(): void {
    this.#sum = 0;
    this.#weight = 0;
  }
}
