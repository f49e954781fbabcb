import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { HeedError } from "./errors.js";

/** The whole state of a {@link Random}: plain integers, ready for JSON. */
export type RandomState = readonly number[];

/**
 * A seeded random generator (xoroshiro128+) with a serialisable state. Whoever draws numbers is handed one: there is
 * no global generator, so the same seed gives the same bits.
 *
 * @example
 * const random = new Random(42);
 * const resumed = Random.fromState(random.state()); // goes on with the same numbers
 */
export class Random {
  #generator: RandomGenerator;

  /** @param seed - any integer; its lower 32 bits are used */
  constructor(seed: number) {
    if (!Number.isInteger(seed)) throw new HeedError(`Random: the seed must be a whole number, but is ${seed}.`);
    this.#generator = xoroshiro128plus(seed);
    // Nearby seeds start out alike; a few rounds of mixing part them.
    for (let i = 0; i < 16; i++) this.#generator.next();
  }

  /** The generator that goes on where {@link Random.state} was taken. */
  static fromState(state: RandomState): Random {
    const random = new Random(0);
    random.restore(state);
    return random;
  }

  /** Goes on from a state, in place: whoever holds this generator draws on from there. */
  restore(state: RandomState): void {
    const whole = state.length === 4 && state.every((word) => (word | 0) === word);
    if (!whole || state.every((word) => word === 0)) {
      throw new HeedError(`Random: [${state.join(", ")}] is no state: four 32-bit integers, not all 0, were expected.`);
    }
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** The state now; later draws do not change it. */
  state(): RandomState {
    return [...this.#generator.getState()];
  }

  /** A float in [0, 1), with 53 random bits. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /**
   * An integer in [low, high).
   * @throws HeedError when there is none
   */
  integer(low: number, high: number): number {
    if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
      throw new HeedError(`Random: there is no integer in [${low}, ${high}).`);
    }
    return uniformInt(this.#generator, low, high - 1);
  }

  /** A standard normal float (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A new array with the same items in random order (Fisher and Yates). */
  shuffle<T>(items: Iterable<T>): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }

  /** A generator of its own, seeded by one draw from this one. */
  fork(): Random {
    return new Random(this.#generator.next());
  }
}
