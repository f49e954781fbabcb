import type { Alignment } from "./define-task.js";

/** Collects the tokens of a target, each with the source positions that it comes from. */
export class TargetWriter {
  readonly target: string[] = [];
  readonly #alignment: (readonly [source: number, target: number])[] = [];

  /** Pairs of positions [source, target], in the order of the target. */
  get alignment(): Alignment {
    return this.#alignment;
  }

  /**
   * Adds tokens, and a link from each of them to each of the source positions.
   *
   * @param tokens - a text whose characters are tokens, or a list of tokens
   */
  write(tokens: Iterable<string>, sources: readonly number[]): void {
    for (const token of tokens) {
      for (const source of sources) this.#alignment.push([source, this.target.length]);
      this.target.push(token);
    }
  }
}
