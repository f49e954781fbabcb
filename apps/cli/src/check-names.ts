import { builtInScorers, findMask, findNormalizer, findScorer, maskOptions, type Scorer } from "@heed/attention";
import { findTask } from "@heed/datasets";
import { ConfigError, type ConfigIssue, type RunConfig } from "@heed/train";

/**
 * Looks up names, so that an unknown name is reported with its place before data is read.
 *
 * @param own - scorers besides the built-in ones
 * @throws ConfigError naming each unknown name
 */
export function checkNames({ model, data }: RunConfig, own: readonly Scorer[]): void {
  type Finders = Readonly<Record<string, (name: string) => unknown>>;
  const findAnyScorer = (name: string): unknown => findScorer(name, [...builtInScorers, ...own]);
  const checks: readonly [section: string, values: object, finders: Finders][] = [
    ["model", model, { scorer: findAnyScorer, normalizer: findNormalizer }],
    ["data", data, { task: (name) => findTask(name) }],
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
  issues.push(...maskFaults(model.masks));
  if (issues.length > 0) throw new ConfigError(issues);
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
