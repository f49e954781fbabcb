import { type Scorer, scorerSizes } from "@heed/attention";

/** The sizes of the recipes: query and key of width 128, and so the space in which they meet; four heads. */
const defaultSizes = scorerSizes({ dq: 128, dk: 128, d: 128, heads: 4 });

/** What a list says of a scorer. */
export interface ScorerFacts {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly shapes: string;
  readonly formula: string;
  readonly reference: string;
  /** How many numbers it learns at the sizes of the recipes. */
  readonly parameters: number;
  /** Each parameter with its axes. */
  readonly shapesOfParameters: Readonly<Record<string, readonly number[]>>;
  /** Whether it looks at where query and key stand. */
  readonly positional: boolean;
  /** Whether it looks at what was attended before. */
  readonly history: boolean;
  readonly heads: boolean;
}

/** What can be said of a scorer without running it. */
export function scorerFacts(scorer: Scorer): ScorerFacts {
  const { name, aliases = [], shapes, formula, reference } = scorer;
  const specs = Object.entries(scorer.params?.(defaultSizes) ?? {});
  const shapesOfParameters = Object.fromEntries(
    specs.map(([key, spec]) => [key, [...("shape" in spec ? spec.shape : spec)]]),
  );
  const sizes = Object.values(shapesOfParameters).map((shape) => shape.reduce((product, n) => product * n, 1));
  return {
    ...{ name, aliases, shapes, formula, reference, shapesOfParameters },
    parameters: sizes.reduce((sum, size) => sum + size, 0),
    positional: scorer.positional === true,
    history: scorer.remember !== undefined,
    heads: shapes.split("->").at(-1)!.trim().split(/\s+/).length === 4,
  };
}

/** What a scorer looks at besides query and key, in words. */
export function needsOf({ positional, history, heads }: ScorerFacts): string {
  return [positional && "positions", history && "history", heads && "heads"].filter(Boolean).join(", ");
}
