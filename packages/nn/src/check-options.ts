import { HeedError } from "@heed/core";

/**
 * Checks sizes that a layer is built from.
 * @throws HeedError naming the layer, the option, and what came, unless every one is a whole number ≥ 1
 */
export function checkSizes(owner: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new HeedError(`${owner}: ${name} must be a whole number of at least 1, but is ${size}.`);
    }
  }
}

/**
 * Checks a dropout probability.
 * @throws HeedError naming the layer and what came, unless it lies in [0, 1)
 */
export function checkProbability(owner: string, name: string, probability: number): void {
  if (!(probability >= 0 && probability < 1)) {
    throw new HeedError(`${owner}: ${name} is a probability in [0, 1), but is ${probability}.`);
  }
}

/** @throws HeedError naming the option, what was expected and what came */
export function checkRange(who: string, option: string, value: number, expected: string, fits: boolean): void {
  if (!fits) throw new HeedError(`${who}: ${option} must be ${expected}; got ${value}.`);
}
