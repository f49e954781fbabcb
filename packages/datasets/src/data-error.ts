import { HeedError } from "@heed/core";

/** Something is wrong with data or with a name in a configuration. The message says what, where, and what to do. */
export class DataError extends HeedError {
  override readonly name: string = "DataError";
}

/** A token is not in the vocabulary, and the vocabulary has no `<unk>` to stand for it. */
export class UnknownTokenError extends DataError {
  override readonly name = "UnknownTokenError";

  constructor(
    message: string,
    /** the token that the vocabulary lacks */
    readonly token: string,
    /** its index in the sentence, from 0 */
    readonly position: number,
  ) {
    super(message);
  }
}
