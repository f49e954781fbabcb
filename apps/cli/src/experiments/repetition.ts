import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { additive, locationSensitive, type Scorer } from "@heed/attention";
import { Random } from "@heed/core";
import { type Run, translate } from "@heed/train";
import { bars, curve } from "@heed/viz";
import { count, duration, percent } from "../format.js";
import { asItIs, attending, withoutAttention } from "./contestant.js";
import { type Choices, defineExperiment, type Results, type Watch } from "./experiment.js";
import { type Phrase, phrase } from "./made-up-language.js";
import { addRepeats, type Repeats, repeatsOf } from "./repeats.js";
import { type Terms, trainModel } from "./train-model.js";

interface AtLength extends Repeats {
  readonly length: number;
}

interface RepetitionResult {
  readonly name: string;
  readonly parameters: number;
  readonly durationMs: number;
  /** Over all lengths. */
  readonly all: Repeats;
  readonly lengths: readonly AtLength[];
}

interface RepetitionResults extends Results {
  /** The references, as if they had been written. */
  readonly reference: Repeats;
  readonly models: readonly RepetitionResult[];
}

const scorers: readonly Scorer[] = [additive, locationSensitive];

const sizes = {
  full: { hidden: 48, words: 600, least: 4, most: 14, step: 2, each: 100, train: 6000, validation: 200, epochs: 15 },
  quick: { hidden: 8, words: 10, least: 2, most: 4, step: 1, each: 5, train: 60, validation: 6, epochs: 2 },
};
const names = 0.25;

/** Does attention stop a decoder from saying the same word over and over? */
export const repetition = defineExperiment<RepetitionResults>({
  name: "repetition",
  title: "Repetition",
  takes: ["scorers", "recipes"],

  async run(choices: Choices, watch: Watch): Promise<RepetitionResults> {
    const { seed, quick, plugins } = choices;
    const size = quick ? sizes.quick : sizes.full;
    const language = { words: size.words, names };
    const random = new Random(seed + 1);
    const anyLength = (): number => random.integer(size.least, size.most + 1);
    const corpus = Array.from({ length: size.train + size.validation }, () => phrase(language, anyLength(), random));
    const tests = Array.from({ length: Math.floor((size.most - size.least) / size.step) + 1 }, (_, i) => {
      const length = size.least + i * size.step;
      return { length, phrases: Array.from({ length: size.each }, () => phrase(language, length, random)) };
    });
    const contestants = [
      withoutAttention,
      ...(choices.scorers ?? scorers).map((scorer) => attending(scorer)),
      ...(choices.recipes ?? []).map(asItIs),
    ];
    const models: RepetitionResult[] = [];
    let reference: Repeats | undefined;
    await withFile(corpus, async (tsv) => {
      const terms: Terms = {
        seed,
        plugins,
        model: { embeddingSize: size.hidden, hiddenSize: size.hidden, maxKeys: size.most, dropout: 0 },
        data: { tsv, tokenizer: "whitespace", maxLength: size.most, validation: size.validation },
        training: { epochs: size.epochs, batchSize: 32, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
      };
      for (const [index, contestant] of contestants.entries()) {
        watch.begin(contestant.name, index, contestants.length);
        const { run, parameters, durationMs } = await trainModel(contestant, terms, watch);
        reference ??= addRepeats(tests.map(({ phrases }) => repeatsOf(goldOf(run, phrases), goldOf(run, phrases))));
        const lengths: AtLength[] = [];
        for (const { length, phrases } of tests) {
          const sources = phrases.map(({ source }) => source);
          const written = await translate(run, sources, { batchSize: 64 });
          lengths.push({
            length,
            ...repeatsOf(
              written.map(({ tokens }) => tokens),
              goldOf(run, phrases),
            ),
          });
        }
        run.model.dispose();
        const result = { name: contestant.name, parameters, durationMs, all: addRepeats(lengths), lengths };
        models.push(result);
        watch.end(result, `${sharesOf(result.all).join("  ")}  (${duration(durationMs)})`);
      }
    });
    return {
      experiment: "repetition",
      ...{ seed, quick, reference: reference!, models },
      about: [
        `A made-up language of ${size.words} words, each with one translation, and ${percent(names)} names, nearly all of which are <unk> to the model. All models were trained alike: ${count(size.train)} sentences of ${size.least} to ${size.most} words, ${size.epochs} epochs, hidden size ${size.hidden}, Adam with a learning rate that falls from 0.004 to 0.`,
        `Measured by greedy decoding on ${size.each} new sentences of each length. A repeat is a token that is the same as the one before; beyond the reference: more of them than the gold translation of the sentence has. Stuck: the same token three times in a row, where the gold translation has none such.`,
      ],
    };
  },

  table({ reference, models }) {
    return [
      ["model", "parameters", "repeats", "beyond the reference", "special tokens beyond it", "sentences stuck"],
      ...models.map(({ name, parameters, all }) => [name, count(parameters), ...sharesOf(all)]),
      ["the reference", "", ...sharesOf(reference)],
    ];
  },

  figures({ models }) {
    const share = (one: Repeats, key: "beyond" | "specialBeyond"): number =>
      one.tokens > 0 ? one[key] / one.tokens : 0;
    const valueLabel = "tokens repeated beyond the reference";
    return {
      plot: curve({
        title: "Repeated tokens, by source length",
        series: models.map(({ name, lengths }) => ({
          name,
          points: lengths.map((one) => ({ x: one.length, y: share(one, "beyond") })),
        })),
        xLabel: "source length (words)",
        yLabel: "repeated beyond the reference",
        yFormat: "percent",
      }),
      "plot-special": bars({
        title: "Repeated tokens, and special tokens among them",
        groups: models.map(({ name }) => name),
        series: [
          { name: "any token", values: models.map(({ all }) => share(all, "beyond")) },
          { name: "special tokens", values: models.map(({ all }) => share(all, "specialBeyond")) },
        ],
        ...{ groupLabel: "model", valueLabel, valueFormat: "percent" },
      }),
    };
  },
});

/** The gold translations as the model could write them: rare words are `<unk>`. */
function goldOf({ targetTokenizer: { vocabulary } }: Run, phrases: readonly Phrase[]): string[][] {
  return phrases.map(({ target }) => target.split(" ").map((word) => (vocabulary.has(word) ? word : "<unk>")));
}

function sharesOf({ tokens, repeated, beyond, specialBeyond, stuck, sentences }: Repeats): string[] {
  const of = (part: number, all: number): string => percent(all > 0 ? part / all : 0);
  return [of(repeated, tokens), of(beyond, tokens), of(specialBeyond, tokens), of(stuck, sentences)];
}

/** Writes sentences to a file for as long as `body` needs it. */
async function withFile(phrases: readonly Phrase[], body: (tsv: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "heed-repetition-"));
  try {
    const tsv = join(folder, "made-up.tsv");
    await writeFile(tsv, phrases.map(({ source, target }) => `${source}\t${target}\n`).join(""));
    await body(tsv);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
