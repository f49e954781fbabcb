import type { CST, ParsedNode } from "yaml";
import { runLimits } from "../limits.js";
import { ConfigError } from "./config-error.js";

/** The values of a YAML text, and where in the text each stands. */
export interface YamlText {
  readonly values: unknown;
  /** Returns the line of a key, from 1; of the nearest key around it when the text has no such key. */
  readonly lineOf: (keys: readonly string[]) => number;
}

type NodeKinds = Pick<typeof import("./yaml-parser.js"), "isMap" | "isNode" | "isScalar" | "isSeq">;

/**
 * Reads a YAML or JSON text of any origin. Nothing in it is executed; only the types of JSON are accepted, and the limits of
 * `runLimits` hold. The parser is large, so it is loaded by the first call.
 *
 * @param name - of the file, for messages
 * @throws ConfigError naming the file and the line when it is not YAML, or exceeds a limit
 */
export async function parseYaml(text: string, name: string): Promise<YamlText> {
  const { configBytes, configDepth, configValues } = runLimits;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > configBytes) {
    throw new ConfigError(`${name}: expected a configuration of at most ${configBytes} bytes, got ${bytes}.`);
  }
  const { isMap, isNode, isScalar, isSeq, LineCounter, Parser, parseDocument } = await import("./yaml-parser.js");
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const invalid = (offset: number, fault: string, cause?: unknown): ConfigError =>
    new ConfigError(`${name}:${lineAt(offset)}: not valid YAML: ${sentence(fault)}`, { cause });

  // The parser recurses over nested values, and compares each key with all others: check both before it runs.
  const size = sizeOf(new Parser(lines.addNewLine).parse(text));
  if (size.depth > configDepth) throw invalid(size.offset, `expected at most ${configDepth} nested levels, got more.`);
  if (size.values > configValues) {
    throw invalid(size.offset, `expected at most ${configValues} keys and values, got more.`);
  }

  // The schema "core" has the types of JSON only. Another tag, such as `!!js/function` or `!!set`, is a warning to the parser.
  const document = parseDocument(text, {
    schema: "core",
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: "error",
  });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw invalid(fault.pos[0], fault.message, fault);
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError(`${name}: not valid YAML: ${sentence((error as Error).message)}`, { cause: error });
  }
  if (!isSmall(values)) {
    throw new ConfigError(
      `${name}: not valid YAML: its aliases expand to more than ${configValues} values. Write the values without aliases.`,
    );
  }
  return { values, lineOf: (keys) => lineAt(offsetOf(keys, document.contents, { isMap, isNode, isScalar, isSeq })) };
}

/** A message of the parser with a full stop. */
function sentence(message: string): string {
  return message.trim().replace(/[^.!?]$/, "$&.");
}

/** The number of values and the deepest nesting of a text, up to the first token that exceeds a limit. */
function sizeOf(tokens: Iterable<CST.Token>): { values: number; depth: number; offset: number } {
  const open: { token: CST.Token; depth: number }[] = [];
  let [values, deepest, offset] = [0, 0, 0];
  for (const root of tokens) {
    open.push({ token: root, depth: 0 });
    for (let next = open.pop(); next; next = open.pop()) {
      const { token, depth } = next;
      values++;
      deepest = Math.max(deepest, depth);
      offset = token.offset;
      if (values > runLimits.configValues || deepest > runLimits.configDepth) return { values, depth: deepest, offset };
      if (token.type === "document" && token.value) open.push({ token: token.value, depth });
      if (!("items" in token)) continue;
      for (const { key, value } of token.items.toReversed()) {
        if (value) open.push({ token: value, depth: depth + 1 });
        if (key) open.push({ token: key, depth: depth + 1 });
      }
    }
  }
  return { values, depth: deepest, offset };
}

/** Tells whether a value has at most the number of values that a configuration may have. One that contains itself has not. */
function isSmall(value: unknown): boolean {
  const open = [value];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++count > runLimits.configValues) return false;
    if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) open.push(inner);
  }
  return true;
}

/** The place of a key in a text, or of the nearest key around it. */
function offsetOf(
  keys: readonly string[],
  contents: ParsedNode | null,
  { isMap, isNode, isScalar, isSeq }: NodeKinds,
): number {
  let node: unknown = contents;
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
  return offset;
}
