import { distance } from "fastest-levenshtein";

/** Returns the candidate that is most similar to `name`, or `undefined` when none is similar enough. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    const edits = distance(wanted, offered);
    const abbreviated = wanted.length > 1 && offered.startsWith(wanted);
    const near = edits < wanted.length && edits <= Math.ceil(Math.max(wanted.length, offered.length) / 3);
    if ((near || abbreviated) && edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** Returns ` Did you mean "copy"?`, or an empty string when no candidate is similar. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? "" : ` Did you mean ${JSON.stringify(candidate)}?`;
}

/** Formats names as `"a", "b", "c"`. */
export function quoted(names: Iterable<string>): string {
  return Array.from(names, (name) => JSON.stringify(name)).join(", ");
}
