import { builtInScorers, findMask, findNormalizer, findScorer, maskOptions, type Scorer } from "@heed/attention";
import { Random } from "@heed/core";
import { task } from "@heed/datasets";
import { ConfigError, type ConfigIssue, chooseTokenizers, type DataConfig, type RunConfig } from "@heed/train";

/**
 * Looks names up now, so that an unknown one is found before data is read, and told with its place.
 *
 * @param own - scorers besides the built-in ones
 * @throws ConfigError naming each unknown name
 */
export function checkNames({ model, data }: RunConfig, own: readonly Scorer[]): void {
  type Finders = Readonly<Record<string, (name: string) => unknown>>;
  const findAnyScorer = (name: string): unknown => findScorer(name, [...builtInScorers, ...own]);
  const findTask = (name: string): unknown => task(name, { count: 0, random: new Random(0) });
  const checks: readonly [section: string, values: object, finders: Finders][] = [
    ["model", model, { scorer: findAnyScorer, normalizer: findNormalizer }],
    ["data", data, { task: findTask }],
  ];
  const issues = checks.flatMap(([section, values, finders]) =>
    Object.entries(finders).flatMap(([key, find]) => {
      const name = (values as Readonly<Record<string, unknown>>)[key];
      if (typeof name !== "string") return [];
      try {
        find(name);
        return [];
      } catch (error) {
        const path = `${section}.${key}`;
        const more = key === "scorer" ? " A scorer of your own is named by its file, such as ./my-scorer.js." : "";
        return [{ path, message: `${path}: ${(error as Error).message}${more}` }];
      }
    }),
  );
  issues.push(...maskFaults(model.masks), ...tokenizerFaults(data));
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Reports unknown tokenizers, and unknown or wrong options of tokenizers. */
function tokenizerFaults(data: DataConfig): readonly ConfigIssue[] {
  if ("task" in data) return [];
  try {
    chooseTokenizers(data);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues;
  }
}

/** Reports unknown masks and unknown options of masks. */
function maskFaults(masks: unknown): ConfigIssue[] {
  const path = "model.masks";
  return Object.entries((masks ?? {}) as Readonly<Record<string, Readonly<Record<string, number>>>>).flatMap(
    ([name, options]): ConfigIssue[] => {
      try {
        maskOptions(findMask(name), options);
        return [];
      } catch (error) {
        return [{ path, message: `${path}: ${(error as Error).message}` }];
      }
    },
  );
}
