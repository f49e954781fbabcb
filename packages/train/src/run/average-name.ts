/** The name of an average of weights: `average`, or one that begins with `average-`. */
export type AverageName = "average" | `average-${string}`;

const pattern = /^average(-[a-z0-9][a-z0-9-]{0,62})?$/;

/** Returns whether a text may be the name of an average. */
export function isAverageName(name: string): name is AverageName {
  return pattern.test(name);
}
