import { readFile } from "node:fs/promises";
import { ConfigError } from "@heed/train";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** A configuration file: its values, and where in the file each stands. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** `config.yaml:7`, the line of a key; of the nearest key around it where the file has no such key. */
  readonly place: (keys: readonly string[]) => string;
}

/**
 * Reads a configuration in YAML, or in JSON, which is YAML too.
 *
 * @throws ConfigError where the file is missing, is not YAML (names the line), or holds something other than keys
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  const [fault] = document.errors;
  if (fault) throw new ConfigError(`${lineOf(fault.pos[0])}: not valid YAML: ${fault.message}`);
  const values: unknown = document.toJS();
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new ConfigError(
      `${path}: expected keys and values, such as \`recipe: copy\`, got ${values === null ? "nothing" : JSON.stringify(values)}.`,
    );
  }
  const place = (keys: readonly string[]): string => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of keys) {
      if (isSeq(node)) {
        const item: unknown = node.items[Number(key)];
        if (!isNode(item)) break;
        offset = item.range?.[0] ?? offset;
        node = item;
        continue;
      }
      if (!isMap(node)) break;
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    return lineOf(offset);
  };
  return { path, values: values as Record<string, unknown>, place };
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) throw new ConfigError(`${path} is not valid UTF-8. Save the file as UTF-8.`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new ConfigError(`There is no configuration file ${path}.`);
    if (code === "EISDIR") throw new ConfigError(`${path} is a folder; a configuration file was expected.`);
    throw new ConfigError(`Cannot read ${path}: ${message}`, { cause: error });
  }
}
