import { Random } from "@heed/core";
import { datesTask, type TaskExtension } from "@heed/datasets";
import { type AnyRecipe, catalogOf, prepareData, resolveConfig, score } from "@heed/train";
import { bars } from "@heed/viz";
import { count, percent } from "../format.js";
import { UsageError } from "../usage-error.js";
import { addAligned, alignedOf } from "./aligned.js";
import { attending } from "./contestant.js";
import { type Choices, defineExperiment, type Results, type Watch } from "./experiment.js";
import { type Terms, trainModel } from "./train-model.js";

/** How a scorer does. Shares are in [0, 1]. */
interface AlignmentResult {
  readonly name: string;
  readonly parameters: number;
  /** Target tokens whose strongest weight is at a source token that they are aligned with. */
  readonly strongest: number;
  /** Mean weight at the source tokens that a target token is aligned with. */
  readonly weight: number;
  /** Whole test sequences that greedy decoding writes right. */
  readonly sequences: number;
  readonly durationMs: number;
}

interface AlignmentResults extends Results {
  readonly task: string;
  /** Share of target tokens for which a random source token is one that they are aligned with. */
  readonly chance: number;
  readonly models: readonly AlignmentResult[];
}

const sizes = {
  full: { hidden: 64, train: 10_000, validation: 200, test: 1000, epochs: 6 },
  quick: { hidden: 8, train: 64, validation: 8, test: 8, epochs: 2 },
};

/** How often do scorers look where a target token comes from? */
export const alignment = defineExperiment<AlignmentResults>({
  name: "alignment",
  title: "Attention and true alignment",
  takes: ["scorers", "task"],

  async run(choices: Choices, watch: Watch): Promise<AlignmentResults> {
    const { seed, quick, plugins, task = datesTask } = choices;
    if (task.sample(new Random(seed)).alignment === undefined) {
      throw new UsageError(`--task ${task.name}: this experiment needs a task with a true alignment.`);
    }
    const catalog = catalogOf(plugins);
    const size = quick ? sizes.quick : { ...sizes.full, ...recipeSizes(task, [...catalog.recipes]) };
    const { train, validation, test, epochs, hidden } = size;
    const data = { task: task.name, train, validation, test };
    const config = resolveConfig({ recipe: "bahdanau", seed, data }, { plugins });
    const { testText, maxLength } = await prepareData(config.data, seed, { plugins });
    const pairs = testText ?? [];
    const longest = Math.max(maxLength.source, ...pairs.map(({ source }) => Array.from(source).length));
    const terms: Terms = {
      ...{ seed, plugins, data },
      model: { embeddingSize: hidden / 2, hiddenSize: hidden, maxKeys: longest, dropout: 0 },
      training: { epochs, batchSize: 64, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
    };
    const scorers = choices.scorers ?? [...catalog.scorers];
    const models: AlignmentResult[] = [];
    let chance = 0;
    for (const [index, scorer] of scorers.entries()) {
      watch.begin(scorer.name, index, scorers.length);
      const { run, parameters, durationMs } = await trainModel(attending(scorer), terms, watch);
      const scored = await score(run, pairs, { signal: watch.signal });
      run.model.dispose();
      const all = addAligned(scored.map(({ weights }, i) => alignedOf(weights ?? [], pairs[i]?.alignment ?? [])));
      chance = all.chance / all.tokens;
      const result = {
        ...{ name: scorer.name, parameters, durationMs },
        strongest: all.strongest / all.tokens,
        weight: all.weight / all.tokens,
        sequences: run.done.test?.metrics["sequence-accuracy"] ?? Number.NaN,
      };
      models.push(result);
      watch.end(result, sharesOf(result).join("  "));
    }
    models.sort((a, b) => b.strongest - a.strongest);
    return {
      experiment: "alignment",
      ...{ seed, quick, task: task.name, chance, models },
      about: [
        `Task ${task.name}. The recipe bahdanau with another scorer each time, all trained alike: ${count(train)} pairs, ${epochs} epochs, hidden size ${hidden}, Adam with a learning rate that falls from 0.004 to 0.`,
        `Measured on ${count(test)} pairs whose sources do not occur in training, with the gold target as the decoder's input. Strongest weight: the share of target tokens whose largest weight is at a source token that they come from; a source token drawn at random is one of them in ${percent(chance)} of the cases. Weight: what these source tokens have together, on average. Sequences: written by greedy decoding.`,
      ],
    };
  },

  table({ models }) {
    return [
      ["scorer", "parameters", "strongest weight right", "weight there", "sequences right"],
      ...models.map((model) => [model.name, count(model.parameters), ...sharesOf(model)]),
    ];
  },

  figures({ models, task }) {
    return {
      plot: bars({
        title: `Where attention looks, and where the token comes from (task ${task})`,
        groups: models.map(({ name }) => name),
        series: [
          { name: "strongest weight right", values: models.map(({ strongest }) => strongest) },
          { name: "sequences right", values: models.map(({ sequences }) => sequences) },
        ],
        ...{ groupLabel: "scorer", valueLabel: "share of the test set", valueFormat: "percent" },
      }),
    };
  },
});

/** Returns the sizes of the recipe that has the name of the task, if there is one for it. */
function recipeSizes({ name }: TaskExtension, recipes: readonly AnyRecipe[]): { train?: number; epochs?: number } {
  const recipe = recipes.find((each) => each.name === name && "task" in each.data && each.data.task === name);
  const { train } = (recipe?.data ?? {}) as { readonly train?: number };
  const epochs = recipe?.training.epochs;
  return { ...(train !== undefined && { train }), ...(epochs !== undefined && { epochs }) };
}

function sharesOf({ strongest, weight, sequences }: AlignmentResult): string[] {
  return [percent(strongest), percent(weight), percent(sequences)];
}
