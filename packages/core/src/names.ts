import { distance } from "fastest-levenshtein";

/**
 * Returns the candidate that is most similar to `name`, or `undefined` when none is similar enough. A candidate that begins
 * with `name` comes before all others.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let bestAbbreviated = false;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    const edits = distance(wanted, offered);
    const abbreviated = wanted.length > 1 && offered.startsWith(wanted);
    const near = edits < wanted.length && edits <= Math.ceil(Math.max(wanted.length, offered.length) / 3);
    const better = abbreviated === bestAbbreviated ? edits < least : abbreviated;
    if ((near || abbreviated) && better) {
      best = candidate;
      least = edits;
      bestAbbreviated = abbreviated;
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
  const all = Array.from(names);
  const shown = all.slice(0, mostNames).map((name) => {
    const text = String(name);
    return JSON.stringify(text.length > longestName ? `${text.slice(0, longestName)}…` : text);
  });
  return [...shown, ...(all.length > mostNames ? ["…"] : [])].join(", ");
}

/** The largest number of names that a message lists, and of characters of a name. */
const mostNames = 200;
const longestName = 200;

/** The largest number of characters of a value in a message. */
const longestValue = 1000;

/**
 * Returns a value as JSON for a message: at most 1000 characters. A value that JSON cannot hold, or that is nested too deep,
 * is described.
 *
 * @example
 * shownJson({ a: [1, 2] }); // '{"a":[1,2]}'
 */
export function shownJson(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
