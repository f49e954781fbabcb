import { decodeLines, readPairs } from "@heed/datasets/text";
import { decodeSafetensors } from "@heed/tensor";
import { tokenizerFromJSON, trainTokenizer, Vocabulary } from "@heed/tokenizers";
import { checkConfig, memoryFileSystem, parseConfig, readPlugins } from "@heed/train";
import * as fc from "fast-check";
import { parseSetting } from "../../../apps/cli/src/apply-settings.js";
import { parseState } from "../../../packages/train/src/run/run-state.js";
import { type FuzzTarget, resultOrRefusal } from "./fuzz-target.js";

/** JSON that is deep, long, or has many keys. */
const large = fc
  .record({ kind: fc.nat({ max: 5 }), size: fc.constantFrom(10, 1000, 30_000, 200_000) })
  .map(({ kind, size }) => {
    if (kind === 0) return "[".repeat(size) + "]".repeat(size);
    if (kind === 1) return `${'{"a":'.repeat(size)}1${"}".repeat(size)}`;
    if (kind === 2) return JSON.stringify("x".repeat(size));
    if (kind === 3) return `{${Array.from({ length: Math.min(size, 30_000) }, (_, i) => `"key${i}":${i}`).join(",")}}`;
    if (kind === 4) return `[${Array.from({ length: size }, (_, i) => i).join(",")}]`;
    return JSON.stringify('\\"\n'.repeat(size / 2));
  });

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const wordTokenizer = JSON.stringify(await trainTokenizer("word", ["a b"], { minFrequency: 1 }));
const state = '{"format":"heed-run","version":5,"epoch":1}';
const vocabulary = JSON.stringify(Vocabulary.of(["a"]));
const configuration =
  '{"recipe":"copy","seed":1,"model":{"hiddenSize":8},"data":{"task":"copy"},"training":{"epochs":1}}';
/** Puts a value in the place of a value, or adds it with a key. */
const inPlace = (json: string, at: number, value: string): string => {
  const places = [...json.matchAll(/:("[^"]*"|\d+|\{[^{}]*\}|\[[^[\]]*\])|^\{/g)];
  const { index, 0: found } = places[at % places.length]!;
  const text = found === "{" ? `{"extra":${value},` : `:${value}`;
  return json.slice(0, index) + text + json.slice(index + found.length);
};

const readers: readonly (readonly [json: string, read: (text: string) => unknown])[] = [
  [wordTokenizer, (text) => tokenizerFromJSON(JSON.parse(text))],
  [vocabulary, (text) => Vocabulary.fromJSON(JSON.parse(text))],
  [state, (text) => parseState(text, "state.json")],
  [configuration, (text) => checkConfig(JSON.parse(text))],
  [configuration, (text) => parseConfig(text, "config.yaml")],
  [configuration, (text) => parseSetting(`seed=${text}`, ["seed"])],
  ['[{"kind":"scorer","name":"a","specifier":"b","sha256":null}]', readPluginsIn],
  ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', (text) => decodeSafetensors(safetensors(text))],
  ['{"source":"a","target":"b"}', (text) => readPairs({ jsonl: "a.jsonl" }, async () => bytesOf(text))],
  ['{"a":1}', (text) => readPairs({ tsv: "a.tsv" }, async () => bytesOf(text.replaceAll(",", "\t")))],
  ['{"a":1}', (text) => decodeLines(bytesOf(`${text}\xff`).with(-1, 255), "a")],
];

async function readPluginsIn(text: string): Promise<unknown> {
  const fileSystem = memoryFileSystem();
  await fileSystem.makeFolder("run");
  await fileSystem.write("run/plugins.json", bytesOf(text));
  return await readPlugins("run", fileSystem);
}

function safetensors(header: string): Uint8Array {
  const text = bytesOf(header);
  const bytes = new Uint8Array(8 + text.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const largeInputs: FuzzTarget = {
  name: "large inputs: deep, long, many keys",
  inputs: 1_000,
  property: () =>
    fc.asyncProperty(fc.constantFrom(...readers), large, fc.nat({ max: 20 }), async ([json, read], value, at) => {
      await resultOrRefusal(() => read(inPlace(json, at, value)));
    }),
};

export const largeTargets = [largeInputs];
