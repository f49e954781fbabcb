/** The release of sacreBLEU whose values these are. */
const version = "2.6.0";

/** What a signature contains besides the options of the metric. */
export interface SignatureOptions {
  /** Number of references of each hypothesis; default 1. */
  readonly references?: number | undefined;
  /** Number of samples, when a confidence interval or paired bootstrap test was computed. */
  readonly bootstrap?: number | undefined;
  /** Number of trials, when an approximate randomization test was computed. */
  readonly approximateRandomization?: number | undefined;
  /** Seed of the samples or trials. */
  readonly seed?: number | undefined;
}

/** Writes a signature as sacreBLEU does: name, then pairs of keys and values, the version last. */
export function signatureOf(
  name: string,
  { references = 1, bootstrap, approximateRandomization, seed }: SignatureOptions,
  fields: Readonly<Record<string, string | number>>,
): string {
  const all = { nrefs: references, bs: bootstrap, ar: approximateRandomization, seed, ...fields, version };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return [name, ...given.map(([key, value]) => `${key}:${value}`)].join("|");
}
