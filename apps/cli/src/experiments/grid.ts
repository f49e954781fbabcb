import { copyTask } from "@heed/datasets";
import { catalogOf } from "@heed/train";
import { type Figure, matrix } from "@heed/viz";
import { count, percent } from "../format.js";
import { attending } from "./contestant.js";
import { type Choices, defineExperiment, type Results, type Watch } from "./experiment.js";
import { knownOptions } from "./known-options.js";
import { type Terms, trainModel } from "./train-model.js";

interface Cell {
  /** `scorer + normalizer`. */
  readonly name: string;
  readonly scorer: string;
  readonly normalizer: string;
  readonly parameters: number;
  /** Of the best epoch, on validation: tokens under teacher forcing, and whole sequences by greedy decoding, in [0, 1]. */
  readonly tokenAccuracy: number;
  readonly sequenceAccuracy: number;
  /** Optimizer steps until a validation found 95 % of the tokens right; null: never. */
  readonly stepsTo95: number | null;
  readonly tokensPerSecond: number;
}

interface GridResults extends Results {
  readonly task: string;
  readonly cells: readonly Cell[];
}

const sizes = {
  full: { hidden: 64, symbols: 8, least: 3, most: 7, train: 1600, validation: 200, epochs: 8 },
  quick: { hidden: 8, symbols: 3, least: 1, most: 3, train: 64, validation: 16, epochs: 2 },
};

/** How do scorers and normalisers differ on one task? */
export const grid = defineExperiment<GridResults>({
  name: "grid",
  title: "Scorers and normalizers",
  takes: ["scorers", "normalizers", "task"],

  async run(choices: Choices, watch: Watch): Promise<GridResults> {
    const { seed, quick, plugins, task = copyTask } = choices;
    const size = quick ? sizes.quick : sizes.full;
    const terms: Terms = {
      seed,
      plugins,
      model: { embeddingSize: size.hidden / 2, hiddenSize: size.hidden, maxKeys: size.most, dropout: 0 },
      data: {
        task: task.name,
        ...knownOptions(task, { symbols: size.symbols, minLength: size.least, maxLength: size.most }),
        ...{ train: size.train, validation: size.validation },
      },
      training: { epochs: size.epochs, batchSize: 32, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
    };
    const catalog = catalogOf(plugins);
    const scorers = choices.scorers ?? [...catalog.scorers];
    const normalizers = choices.normalizers ?? [...catalog.normalizers];
    const pairs = scorers.flatMap((scorer) => normalizers.map((normalizer) => ({ scorer, normalizer })));
    const cells: Cell[] = [];
    for (const [index, { scorer, normalizer }] of pairs.entries()) {
      const name = `${scorer.name} + ${normalizer.name}`;
      watch.begin(name, index, pairs.length);
      const { run, parameters, tokensPerSecond } = await trainModel(attending(scorer, normalizer), terms, watch);
      const { history, done } = run;
      run.model.dispose();
      const cell: Cell = {
        ...{ name, scorer: scorer.name, normalizer: normalizer.name, parameters, tokensPerSecond },
        tokenAccuracy: history[done.bestEpoch - 1]!.validAccuracy,
        sequenceAccuracy: done.sequenceAccuracy!,
        stepsTo95: history.find(({ validAccuracy }) => validAccuracy >= 0.95)?.step ?? null,
      };
      cells.push(cell);
      watch.end({ ...cell }, shown(cell).join("  "));
    }
    const every = Math.ceil(size.train / 32);
    return {
      experiment: "grid",
      ...{ seed, quick, task: task.name, cells },
      about: [
        `Task ${task.name}, ${size.symbols} symbols, ${size.least} to ${size.most} of them in a source. The recipe bahdanau with another scorer and normalizer each time, all trained alike: ${count(size.train)} pairs, ${size.epochs} epochs of ${every} steps, hidden size ${size.hidden}, Adam with a learning rate that falls from 0.004 to 0.`,
        `Accuracies are those of the best epoch on ${size.validation} validation pairs: tokens under teacher forcing, whole sequences by greedy decoding. Validated every ${every} steps, so steps to 95 % are multiples of that. tokens/s are target tokens in training steps on this machine.`,
      ],
    };
  },

  table({ cells }) {
    const heading = [
      "scorer",
      "normalizer",
      "parameters",
      "tokens right",
      "sequences right",
      "steps to 95 %",
      "tokens/s",
    ];
    return [heading, ...cells.map((cell) => [cell.scorer, cell.normalizer, count(cell.parameters), ...shown(cell)])];
  },

  figures({ cells, task }) {
    const rows = [...new Set(cells.map(({ scorer }) => scorer))];
    const columns = [...new Set(cells.map(({ normalizer }) => normalizer))];
    const figure = (
      title: string,
      valueLabel: string,
      of: (cell: Cell) => number | null,
      format: { valueFormat?: "percent"; digits?: number; colorDomain?: readonly [number, number] },
    ): Figure =>
      matrix({
        title,
        values: rows.map((row) =>
          columns.map((column) => {
            const cell = cells.find(({ scorer, normalizer }) => scorer === row && normalizer === column);
            return cell ? of(cell) : null;
          }),
        ),
        ...{ rows, columns, rowLabel: "scorer", columnLabel: "normalizer", valueLabel, ...format },
      });
    const reached = cells.some(({ stepsTo95 }) => stepsTo95 !== null);
    return {
      plot: figure(`Whole sequences right (task ${task})`, "sequences right", (cell) => cell.sequenceAccuracy, {
        valueFormat: "percent",
        colorDomain: [0, 1],
      }),
      ...(reached
        ? {
            "plot-steps": figure(
              `Steps to 95 % of the tokens (task ${task})`,
              "optimizer steps",
              (cell) => cell.stepsTo95,
              {
                digits: 0,
              },
            ),
          }
        : {}),
      "plot-speed": figure("Training speed", "target tokens a second", (cell) => cell.tokensPerSecond, { digits: 0 }),
    };
  },
});

function shown({ tokenAccuracy, sequenceAccuracy, stepsTo95, tokensPerSecond }: Cell): string[] {
  return [
    percent(tokenAccuracy),
    percent(sequenceAccuracy),
    stepsTo95 === null ? "–" : count(stepsTo95),
    count(tokensPerSecond),
  ];
}
