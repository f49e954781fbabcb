import { didYouMean, isHeedError, nearest, quoted } from "@heed/core";
import { parseYaml } from "@heed/train";
import { UsageError } from "./usage-error.js";

/** A value from the command line: the keys down to it. */
export interface Setting {
  readonly keys: readonly string[];
  readonly value: unknown;
  /** The option that sets this key. Default: `--set`. */
  readonly option?: string;
}

/**
 * Reads `training.epochs=3`. The value is YAML: a number, `true`, `null`, a text, `[1, 2]`. `-` is a text: standard input.
 *
 * @param known - all keys there are, dotted
 * @throws UsageError where it is no `key=value`, the key is unknown ("did you mean"), or the value is not YAML
 */
export async function parseSetting(text: string, known: readonly string[]): Promise<Setting> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new UsageError(`--set must be key=value, such as --set training.epochs=3, got ${quoted([text])}.`);
  }
  const key = text.slice(0, at).trim();
  if (!known.includes(key)) throw new UsageError(`--set ${text}: there is no key ${quoted([key])}.${hint(key, known)}`);
  const written = text.slice(at + 1);
  // In YAML, a single dash is a list.
  if (written.trim() === "-") return { keys: key.split("."), value: "-" };
  try {
    const { values } = await parseYaml(written, key);
    return { keys: key.split("."), value: values };
  } catch (error) {
    if (!isHeedError(error, "ConfigError")) throw error;
    throw new UsageError(`--set ${error.message} Put a text with special characters in quotes: --set '${key}="…"'.`, {
      cause: error,
    });
  }
}

/** The configuration with the settings laid over it. */
export function applySettings(
  config: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
): Record<string, unknown> {
  const result = structuredClone(config) as Record<string, unknown>;
  for (const { keys, value } of settings) {
    let section = result;
    for (const key of keys.slice(0, -1)) {
      const inner = section[key];
      if (typeof inner !== "object" || inner === null) section[key] = {};
      section = section[key] as Record<string, unknown>;
    }
    section[keys.at(-1) as string] = value;
  }
  return result;
}

/** The whole key where only its end was given (`epochs`), or the nearest one. */
function hint(key: string, known: readonly string[]): string {
  const last = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
  const same = known.filter((name) => last(name) === last(key));
  if (same.length > 0) return ` Did you mean ${same.map((name) => JSON.stringify(name)).join(" or ")}?`;
  if (nearest(key, known) !== undefined) return didYouMean(key, known);
  const near = nearest(last(key), known.map(last));
  const meant = known.filter((name) => last(name) === near);
  if (meant.length > 0) return ` Did you mean ${meant.map((name) => JSON.stringify(name)).join(" or ")}?`;
  return ` Known: ${known.join(", ")}.`;
}
