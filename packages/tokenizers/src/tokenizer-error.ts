import { HeedError } from "@heed/core";

/** A tokenizer, its vocabulary, or its file is wrong. The message says what, and what to do. */
export class TokenizerError extends HeedError {
  override readonly name: string = "TokenizerError";
}

/** A token is not in the vocabulary, and the vocabulary has no `<unk>` to replace it. */
export class UnknownTokenError extends TokenizerError {
  override readonly name = "UnknownTokenError";

  constructor(
    message: string,
    /** The token that is not in the vocabulary. */
    readonly token: string,
    /** Its index in the sentence, from 0. */
    readonly position: number,
  ) {
    super(message);
  }
}
