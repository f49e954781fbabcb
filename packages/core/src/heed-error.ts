/** The base class of every error that heed throws on purpose. */
export class HeedError extends Error {
  override name = "HeedError";
}
