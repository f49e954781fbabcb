import { HeedError } from "./heed-error.js";
import { didYouMean, quoted } from "./names.js";
import { shownArgument } from "./option-kinds.js";

/** Anything that is found by its name. */
export interface Named {
  readonly name: string;
  /** Other names that find it. */
  readonly aliases?: readonly string[] | undefined;
}

/** A name that no item of a registry has. The message lists the known names. */
export class UnknownNameError extends HeedError {
  override name = "UnknownNameError";
}

/**
 * A list of named items of one kind: scorers, normalizers, masks, recipes, tasks, tokenizers, optimizers, schedules.
 *
 * @example
 * const scorers = new Registry("scorer", [additive, dot]);
 * scorers.get("bahdanau"); // additive, by its alias
 * scorers.get("addtive"); // UnknownNameError: There is no scorer "addtive". Did you mean "additive"? Known: additive, dot.
 */
export class Registry<T extends Named> implements Iterable<T> {
  readonly #items = new Map<string, T>();
  readonly #byName = new Map<string, T>();

  /**
   * @param kind - the noun for messages, such as `scorer`
   * @throws HeedError when two different items have the same name or alias
   */
  constructor(
    readonly kind: string,
    items: Iterable<T>,
  ) {
    for (const item of items) {
      for (const name of [item.name, ...(item.aliases ?? [])]) {
        const other = this.#byName.get(name);
        if (other && other !== item) {
          throw new HeedError(
            `Two ${kind}s have the name ${quoted([name])}: ${other.name} and ${item.name}. Rename one of them.`,
          );
        }
        this.#byName.set(name, item);
      }
      this.#items.set(item.name, item);
    }
  }

  /** The names of all items, without aliases, in the order in which they were given. */
  get names(): readonly string[] {
    return [...this.#items.keys()];
  }

  /** Tells whether an item has this name or alias. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * Returns the item with this name or alias.
   * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
   */
  get(name: string): T {
    const item = this.#byName.get(name);
    if (item) return item;
    throw this.unknown(name);
  }

  /** Returns the error for a name that no item has. */
  unknown(name: string): UnknownNameError {
    if (typeof name !== "string") {
      return new UnknownNameError(
        `Expected the name of a ${this.kind}, got ${shownArgument(name)}. Known: ${this.names.join(", ")}.`,
      );
    }
    return new UnknownNameError(
      `There is no ${this.kind} ${quoted([name])}.${didYouMean(name, this.#byName.keys())} Known: ${this.names.join(", ")}.`,
    );
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
