import { HeedError, Random, type Registry } from "@heed/core";
import { DataError } from "@heed/datasets";
import { readFile } from "@heed/datasets/node";
import { type Tokenizer, type TokenizerExtension, tokenizerFromJSON } from "@heed/tokenizers";
import { huggingFaceTokenizer } from "@heed/tokenizers/hugging-face";
import { catalogOf } from "@heed/train";
import { parseSetting } from "../apply-settings.js";
import type { Context } from "../context.js";
import { count, plural } from "../format.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { readLines } from "../read-lines.js";
import { replaceFile } from "../replace-file.js";
import { oneLine } from "../terminal-safe.js";

/** The options of `heed tokenizer train`. */
export interface TrainTokenizerOptions extends PluginArguments {
  readonly name: string;
  readonly out: string;
  /** `vocabularySize=8000`, in the order given. */
  readonly set?: readonly string[];
  readonly encoding?: string;
}

/** The options of `heed tokenizer encode` and `decode`. */
export interface UseTokenizerOptions extends PluginArguments {
  readonly tokenizer: string;
  readonly input: string;
  readonly encoding?: string;
}

/** The options of `heed tokenizer encode`. */
export interface EncodeOptions extends UseTokenizerOptions {
  readonly ids?: boolean;
  /** Samples the segmentation. */
  readonly seed?: number;
}

/** `heed tokenizer train`: trains a tokenizer on the lines of files, and writes it. */
export async function trainTokenizerCommand(
  files: readonly string[],
  { name, out, set = [], encoding, ...options }: TrainTokenizerOptions,
  { io, output }: Context,
): Promise<number> {
  const definition = (await tokenizersOf(options)).get(name);
  const settings = await Promise.all(set.map((text) => parseSetting(text, Object.keys(definition.options))));
  const chosen = Object.fromEntries(settings.map(({ keys, value }) => [keys.join("."), value]));
  const lines: string[] = [];
  for (const file of files) {
    for await (const group of readLines(file, io, encoding)) for (const line of group) lines.push(line);
  }
  const tokenizer = await definition.train(lines, chosen);
  await replaceFile(out, `${JSON.stringify(tokenizer, null, 1)}\n`);
  const { size } = tokenizer.vocabulary;
  output.print(`Trained ${name} on ${plural(lines.length, "line")}: ${count(size)} tokens. Written to ${out}.`);
  output.event({ event: "done", name, lines: lines.length, vocabularySize: size, out });
  return 0;
}

/** `heed tokenizer encode`: one line of tokens, or of ids, for each line of text. */
export async function encodeCommand({ ids, seed, ...options }: EncodeOptions, context: Context): Promise<number> {
  const { output } = context;
  const random = seed === undefined ? undefined : new Random(seed);
  return await useTokenizer(options, context, (tokenizer, text, line) => {
    const encoding = tokenizer.encode(text, { random });
    output.print(oneLine((ids ? encoding.ids : encoding.tokens).join(" ")));
    output.event({ event: "encoding", line, ...encoding });
  });
}

/** `heed tokenizer decode`: one line of text for each line of ids. */
export async function decodeCommand(options: UseTokenizerOptions, context: Context): Promise<number> {
  const { output } = context;
  return await useTokenizer(options, context, (tokenizer, written, line) => {
    const text = tokenizer.decode(idsIn(written));
    output.print(oneLine(text));
    output.event({ event: "text", line, text });
  });
}

/** Reads a tokenizer and calls `body` with it and each line. */
async function useTokenizer(
  { tokenizer: path, input, encoding, ...options }: UseTokenizerOptions,
  { io, output }: Context,
  body: (tokenizer: Tokenizer, text: string, line: number) => void,
): Promise<number> {
  const tokenizer = await readTokenizer(path, await tokenizersOf(options));
  let lines = 0;
  for await (const group of readLines(input, io, encoding)) {
    for (const text of group) {
      lines++;
      try {
        body(tokenizer, text, lines);
      } catch (error) {
        if (!(error instanceof HeedError)) throw error;
        throw new DataError(`Line ${lines}: ${error.message}`, { cause: error });
      }
    }
  }
  output.event({ event: "done", lines });
  return 0;
}

/** Reads the file of a tokenizer, of heed or of another program. @throws DataError when it is none */
async function readTokenizer(path: string, known: Registry<TokenizerExtension>): Promise<Tokenizer> {
  const bytes = await readFile(path);
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes));
    const isForeign = json?.model && !json.model.heed;
    return await (isForeign ? huggingFaceTokenizer.fromJSON(json) : tokenizerFromJSON(json, [...known]));
  } catch (error) {
    const why = error instanceof SyntaxError ? `Not a tokenizer: expected JSON. ${error.message}.` : undefined;
    if (why === undefined && !(error instanceof HeedError)) throw error;
    throw new DataError(`${path}: ${why ?? (error as Error).message}`, { cause: error });
  }
}

/** The built-in tokenizers and those of plug-ins. */
async function tokenizersOf(options: PluginArguments): Promise<Registry<TokenizerExtension>> {
  const { plugins } = await loadPlugins(options);
  return catalogOf([...plugins, ...(plugins.includes(huggingFaceTokenizer) ? [] : [huggingFaceTokenizer])]).tokenizers;
}

/** @throws DataError when a text is not a list of ids */
function idsIn(text: string): number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const wrong = words.find((word) => !/^\d+$/.test(word));
  if (wrong === undefined) return words.map(Number);
  throw new DataError(
    `expected ids separated by spaces, got ${JSON.stringify(wrong)}. Use the ids of heed tokenizer encode --ids.`,
  );
}
