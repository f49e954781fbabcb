/** Ctrl-C came while an experiment ran. */
export class Interrupted extends Error {
  override name = "Interrupted";
}
