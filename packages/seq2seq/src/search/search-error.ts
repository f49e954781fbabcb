import { HeedError } from "@heed/core";

/**
 * An option of a search is wrong, or constraints cannot be met. No sentence was searched. Another sentence in the batch or
 * another parameter of the model changes nothing.
 */
export class SearchError extends HeedError {
  override readonly name = "SearchError";
}
