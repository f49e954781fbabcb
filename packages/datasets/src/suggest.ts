import { distance } from "fastest-levenshtein";

/** The candidate that `name` was probably meant to be, if one is near enough. */
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

/** ` Did you mean "copy"?`, or nothing where no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? "" : ` Did you mean ${JSON.stringify(candidate)}?`;
}

/** `"a", "b", "c"` */
export function quoted(names: Iterable<string>): string {
  return Array.from(names, (name) => JSON.stringify(name)).join(", ");
}
