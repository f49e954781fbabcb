import { additive, general, locationSensitive, type Scorer } from "@heed/attention";
import { Random } from "@heed/core";
import { copyTask, taskPairs, taskText } from "@heed/datasets";
import { translate } from "@heed/train";
import { curve, type Figure } from "@heed/viz";
import { count, duration, percent } from "../format.js";
import { UsageError } from "../usage-error.js";
import { type Accuracy, accuracyOf } from "./accuracy.js";
import { asItIs, attending, withoutAttention } from "./contestant.js";
import { type Choices, defineExperiment, type Results, type Watch } from "./experiment.js";
import { knownOptions } from "./known-options.js";
import { type Terms, trainModel } from "./train-model.js";

/** How a model does on sources of one length. */
interface AtLength extends Accuracy {
  readonly length: number;
}

interface LengthResult {
  readonly name: string;
  readonly parameters: number;
  readonly durationMs: number;
  readonly lengths: readonly AtLength[];
}

interface LengthResults extends Results {
  readonly task: string;
  /** Symbols of the shortest and the longest source trained on. */
  readonly trained: readonly [least: number, most: number];
  readonly models: readonly LengthResult[];
}

const scorers: readonly Scorer[] = [additive, general, locationSensitive];

const sizes = {
  full: { hidden: 48, symbols: 20, least: 3, most: 15, beyond: 27, step: 3, each: 60, train: 6000, epochs: 20 },
  quick: { hidden: 12, symbols: 4, least: 1, most: 4, beyond: 6, step: 1, each: 6, train: 96, epochs: 2 },
};

/** Does a fixed context lose long sentences, and does attention keep them? */
export const length = defineExperiment<LengthResults>({
  name: "length",
  title: "Accuracy against source length",
  takes: ["scorers", "recipes", "task"],

  async run(choices: Choices, watch: Watch): Promise<LengthResults> {
    const { seed, quick, plugins, task = copyTask } = choices;
    const { name } = task;
    const lacking = ["minLength", "maxLength"].filter((option) => !Object.hasOwn(task.options, option));
    if (lacking.length > 0) {
      throw new UsageError(`--task ${name}: this experiment needs a task with the option ${lacking.join(" and ")}.`);
    }
    const size = quick ? sizes.quick : sizes.full;
    const terms: Terms = {
      seed,
      plugins,
      model: { embeddingSize: size.hidden, hiddenSize: size.hidden, maxKeys: size.beyond, dropout: 0 },
      data: {
        task: name,
        ...knownOptions(task, { symbols: size.symbols, minLength: size.least, maxLength: size.most }),
        ...{ train: size.train, validation: 100 },
      },
      training: { epochs: size.epochs, batchSize: 32, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
    };
    const random = new Random(seed + 1);
    const tests = range(size.least, size.beyond, size.step).map((length) => ({
      length,
      pairs: taskPairs(task, {
        ...{ count: size.each, random },
        options: knownOptions(task, { symbols: size.symbols, minLength: length, maxLength: length }),
      }),
    }));
    const contestants = [
      withoutAttention,
      ...(choices.scorers ?? scorers).map((scorer) => attending(scorer)),
      ...(choices.recipes ?? []).map(asItIs),
    ];
    const models: LengthResult[] = [];
    for (const [index, contestant] of contestants.entries()) {
      watch.begin(contestant.name, index, contestants.length);
      const { run, parameters, durationMs } = await trainModel(contestant, terms, watch);
      const lengths: AtLength[] = [];
      for (const { length, pairs } of tests) {
        const sources = pairs.map(({ source }) => taskText(task, source));
        const written = await translate(run, sources, { batchSize: 64, maxLength: length + 8 });
        const gold = pairs.map(({ target }) => [...target, "<eos>"]);
        lengths.push({
          length,
          ...accuracyOf(
            written.map(({ tokens }) => tokens),
            gold,
          ),
        });
      }
      run.model.dispose();
      const result = { name: contestant.name, parameters, durationMs, lengths };
      models.push(result);
      const shown = lengths.map(({ length, sequences }) => `${length}: ${percent(sequences)}`);
      watch.end(result, `${shown.join("  ")}  (${duration(durationMs)})`);
    }
    return {
      experiment: "length",
      ...{ seed, quick, task: name, trained: [size.least, size.most], models },
      about: [
        `Task ${name}, ${size.symbols} symbols. All models were trained alike: ${count(size.train)} pairs of ${size.least} to ${size.most} symbols, ${size.epochs} epochs, hidden size ${size.hidden}, Adam with a learning rate that falls from 0.004 to 0.`,
        `Measured by greedy decoding on ${size.each} new pairs of each length. No length above ${size.most} was ever trained on.`,
      ],
    };
  },

  table({ models }) {
    const lengths = models[0]?.lengths ?? [];
    const rows = models.map(({ name, parameters, lengths }) => [
      name,
      count(parameters),
      ...lengths.map(({ sequences, tokens }) => `${whole(sequences)} / ${whole(tokens)}`),
    ]);
    return [["whole sequences / tokens right, %", "parameters", ...lengths.map(({ length }) => `${length}`)], ...rows];
  },

  figures({ models, trained, task }) {
    const figure = (title: string, yLabel: string, of: (at: AtLength) => number): Figure =>
      curve({
        title,
        series: models.map(({ name, lengths }) => ({
          name,
          points: lengths.map((at) => ({ x: at.length, y: of(at) })),
        })),
        xLabel: "source length (symbols)",
        yLabel,
        yFormat: "percent",
        yDomain: [0, 1],
        rules: [{ x: trained[1], label: "longest trained on" }],
      });
    return {
      plot: figure(`Whole sequences right, by source length (task ${task})`, "sequences right", (at) => at.sequences),
      "plot-tokens": figure(`Tokens right, by source length (task ${task})`, "tokens right", (at) => at.tokens),
    };
  },
});

/** A share as a whole percentage: nothing but all of it is 100. */
function whole(share: number): string {
  return String(share < 1 ? Math.min(99, Math.round(share * 100)) : 100);
}

function range(least: number, most: number, step: number): number[] {
  return Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, i) => least + i * step);
}
