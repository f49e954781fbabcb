import { encodeText, type Run, type RunConfig, type TextSample, type Translation, translate } from "@heed/train";
import { type HeatmapFigure, heatmap } from "@heed/viz";

/** A sentence whose translation is known, and what a model writes. */
export interface Example {
  readonly sample: TextSample;
  readonly translation: Translation;
  /** The gold tokens. */
  readonly gold: readonly string[];
  /** Whether the model wrote the gold tokens, which may be written with other spaces. */
  readonly correct: boolean;
}

/** Translates sentences whose translations are known. */
export async function translateExamples(run: Run, samples: readonly TextSample[]): Promise<Example[]> {
  const translations = await translate(
    run,
    samples.map(({ source }) => source),
  );
  return samples.flatMap((sample, i) => {
    const translation = translations[i];
    if (!translation) return [];
    const { vocabulary } = run.targetTokenizer;
    const written = translation.tokens.filter((token) => token !== "<eos>");
    const { ids, tokens } = encodeText(run, "target", sample.target);
    const gold = ids.map((id) => vocabulary.tokens[id]);
    const correct = !ids.some((id) => id === vocabulary.unkId) && written.join("\0") === gold.join("\0");
    return [{ sample, translation, gold: tokens, correct }];
  });
}

/** The heatmap of a translated sentence; undefined when there are no weights: no attention, or an empty sentence. */
export function exampleFigure({ translation, gold }: Example, title: string): HeatmapFigure | undefined {
  const { source, tokens, weights } = translation;
  if (weights === null || source.length === 0 || tokens.length === 0) return undefined;
  return heatmap({ weights, source, target: tokens, title, reference: gold });
}

/** The recipe, its scorer if it has one, and the task if it has another name than the recipe. */
export function nameOf({ recipe, data, model }: RunConfig): string {
  const scorer = "scorer" in model && typeof model.scorer === "string" ? [`${model.scorer} scorer`] : [];
  const task = "task" in data && data.task !== recipe ? [`task ${data.task}`] : [];
  return [recipe, ...scorer, ...task].join(", ");
}

/** Items from all over a list, the same ones each time. */
export function spread<T>(items: readonly T[], wanted: number): T[] {
  const step = Math.max(1, items.length / wanted);
  const last = Math.min(wanted, items.length);
  return Array.from({ length: last }, (_, i) => items[Math.floor(i * step)] as T);
}
