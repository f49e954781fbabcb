import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { HeedError } from "./heed-error.js";

/** The whole state of a {@link Random}: four integers, ready for JSON. */
export type RandomState = readonly number[];

/**
 * A seeded random generator (xoroshiro128+) with a serialisable state. There is no global generator: every function that
 * draws numbers takes one as an argument, so that the same seed gives the same bits.
 *
 * @example
 * const random = new Random(42);
 * const resumed = Random.fromState(random.state()); // draws the same numbers as `random` from here on
 */
export class Random {
  #generator: RandomGenerator;

  /** @param seed - an integer; its lower 32 bits are used */
  constructor(seed: number) {
    if (!Number.isInteger(seed)) throw new HeedError(`Random: the seed must be an integer, got ${seed}.`);
    this.#generator = xoroshiro128plus(seed);
    // Similar seeds start with similar states; a few draws separate them.
    for (let i = 0; i < 16; i++) this.#generator.next();
  }

  /** Creates a generator from a state. */
  static fromState(state: RandomState): Random {
    const random = new Random(0);
    random.restore(state);
    return random;
  }

  /**
   * Creates a generator whose numbers depend only on a seed and some keys, such as step and micro-batch. Different keys
   * give independent generators.
   *
   * @param keys - integers; their order matters
   * @example
   * Random.derive(seed, step, microBatch); // the same after a restart, whatever was drawn before
   */
  static derive(seed: number, ...keys: readonly number[]): Random {
    let hash = seed | 0;
    for (const key of keys) {
      if (!Number.isSafeInteger(key)) throw new HeedError(`Random.derive: a key must be an integer, got ${key}.`);
      hash = mix(hash ^ mix(key | 0));
      hash = mix(hash + Math.trunc(key / 2 ** 32) + 0x9e3779b9);
    }
    return new Random(hash);
  }

  /** Sets the state; everything that holds this generator draws from there on. */
  restore(state: RandomState): void {
    const whole = state.length === 4 && state.every((word) => (word | 0) === word);
    if (!whole || state.every((word) => word === 0)) {
      throw new HeedError(
        `Random: a state is four 32-bit integers that are not all 0, got [${state.join(", ")}]. Use the result of state().`,
      );
    }
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** Returns the current state; later draws do not change it. */
  state(): RandomState {
    return [...this.#generator.getState()];
  }

  /** Draws a float from [0, 1), with 53 random bits. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /**
   * Draws an integer from [low, high).
   * @throws HeedError when the interval has no integer
   */
  integer(low: number, high: number): number {
    if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
      throw new HeedError(`Random: there is no integer in [${low}, ${high}).`);
    }
    return uniformInt(this.#generator, low, high - 1);
  }

  /** Draws from the standard normal distribution (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Returns a new array with the same items in random order (Fisher and Yates). */
  shuffle<T>(items: Iterable<T>): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }

  /** Creates an independent generator, seeded by one draw from this one. */
  fork(): Random {
    return new Random(this.#generator.next());
  }
}

/** The finaliser of MurmurHash3: every bit of the input changes about half of the bits of the result. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
