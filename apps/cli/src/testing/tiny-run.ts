import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CliRun, runCli } from "./run-cli.js";

/** Settings with which any recipe trains in less than a second. */
export const tiny: readonly string[] = [
  "model.hiddenSize=8",
  "model.embeddingSize=8",
  "training.epochs=2",
  "training.learningRate=0.01",
].flatMap((setting) => ["--set", setting]);

/** Settings of a synthetic task that is as small. */
export const tinyTask: readonly string[] = [
  ...tiny,
  ...["data.train=64", "data.validation=16", "data.maxLength=5"].flatMap((setting) => ["--set", setting]),
];

const subjects = [
  ["나는", "i"],
  ["너는", "you"],
  ["우리는", "we"],
  ["그들은", "they"],
  ["학생들은", "the students"],
] as const;

const predicates = [
  ["간다", "go"],
  ["온다", "come"],
  ["잔다", "sleep"],
  ["웃는다", "laugh"],
  ["커피를 마신다", "drink coffee"],
  ["물을 마신다", "drink water"],
  ["밥을 먹는다", "eat rice"],
  ["책을 읽는다", "read books"],
] as const;

/** Writes a corpus of 40 Korean sentences and their translations; `change` may spoil its lines. */
export async function writeCorpus(
  folder: string,
  change: (sources: string[], targets: string[]) => void = () => undefined,
): Promise<{ source: string; target: string }> {
  const sentences = subjects.flatMap((subject) => predicates.map((predicate) => [subject, predicate] as const));
  const sources = sentences.map(([subject, predicate]) => `${subject[0]} ${predicate[0]}`);
  const targets = sentences.map(([subject, predicate]) => `${subject[1]} ${predicate[1]}`);
  change(sources, targets);
  await mkdir(folder, { recursive: true });
  const paths = { source: join(folder, "train.ko"), target: join(folder, "train.en") };
  await writeFile(paths.source, `${sources.join("\n")}\n`);
  await writeFile(paths.target, `${targets.join("\n")}\n`);
  return paths;
}

/** Trains bahdanau on parallel text. */
export function trainOn(paths: { source: string; target: string }, out: string, ...more: string[]): Promise<CliRun> {
  const data = ["--set", `data.source=${paths.source}`, "--set", `data.target=${paths.target}`];
  return runCli(["train", "bahdanau", ...tiny, ...data, "--out", out, ...more]);
}
