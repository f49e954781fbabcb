import { builtInScorers } from "@heed/attention";
import { checkConfig, type RunConfig } from "../src/config/run-config.js";

/** What a model is to learn. */
export const lessonTasks = ["copy", "reverse"] as const;

export type LessonTask = (typeof lessonTasks)[number];

/** A model and what it is to learn, with numbers with which it learns it soon and on every seed that was tried. */
export interface Lesson {
  readonly name: string;
  readonly config: RunConfig;
}

type Options = Readonly<Record<string, unknown>>;
/** What differs from the usual numbers. */
interface Change {
  readonly model?: Options;
  readonly data?: Options;
  readonly training?: Options;
}

const usual: Readonly<Record<LessonTask, Omit<Required<Change>, "model">>> = {
  copy: {
    data: { task: "copy", train: 4000 },
    training: { epochs: 6, learningRate: 3e-3, schedule: "linear", clipNorm: 1 },
  },
  reverse: {
    data: { task: "reverse", maxLength: 10, train: 16000 },
    training: { epochs: 4, learningRate: 3e-3, schedule: "linear", clipNorm: 1 },
  },
};

/** Scorers that need other numbers in the model of the copy lesson; all others learn with the usual ones. */
const scorers: Readonly<Record<string, Partial<Record<LessonTask, Change>>>> = {
  // Without a matrix of its own, the decoder's state itself must come to look like the key that it needs.
  dot: { copy: { data: { train: 8000 }, training: { learningRate: 4e-3 } } },
  cosine: { copy: { data: { train: 8000 }, training: { learningRate: 4e-3 } } },
  // Divided by √64, its gradients are small at first.
  "scaled-dot": {
    copy: { model: { temperature: 0.25 }, data: { train: 8000 }, training: { learningRate: 4e-3 } },
    reverse: { model: { temperature: 0.25 } },
  },
  // Long strides drive the predicted position to an end of the sentence, where its sigmoid hardly moves any more.
  "local-p": {
    copy: { model: { attentionSize: 8 }, data: { train: 8000 }, training: { learningRate: 1e-3 } },
  },
  // What looks back learns soonest.
  coverage: { reverse: { training: { epochs: 2 } } },
  "location-sensitive": { reverse: { training: { epochs: 2 } } },
};

/** What a scorer's design keeps it from learning, and why. */
const unlearnable: Readonly<Record<string, Partial<Record<LessonTask, string>>>> = {
  "local-m": { reverse: "its window runs along with the target, but the first target token is the last of the source" },
};

/** As in the copy lesson. */
const sizes = { embeddingSize: 32, hiddenSize: 64 };

const oneMatrix = { shareEmbedding: true, tieOutput: true };

const sampling = { scheduledSampling: 0.3, samplingSteps: 300 };

/** The recipes with attention, what differs from the usual numbers, and for how long they learn to reverse. */
const recipes: readonly (readonly [name: string, recipe: string, change: Change, reverseEpochs?: number])[] = [
  ["bahdanau", "bahdanau", { model: { ...sizes, bidirectional: true, output: "readout" } }, 2],
  ["dot-rnn", "dot-rnn", { model: sizes }],
  ["luong", "luong", { model: sizes }],
  ["luong with LSTM and input feeding", "luong", { model: { ...sizes, cell: "lstm", inputFeeding: true } }, 3],
  ["luong with one matrix for embeddings and output", "luong", { model: { ...sizes, ...oneMatrix } }, 3],
  ["bahdanau with four residual layers", "bahdanau", { model: { ...sizes, layers: 4, residual: true } }, 2],
  ["bahdanau with scheduled sampling", "bahdanau", { model: sizes, training: sampling }, 3],
  ["pointer-generator", "pointer-generator", { model: sizes }, 2],
  ["scaled-qkv", "scaled-qkv", { model: sizes }],
  ["multi-head", "multi-head", { model: sizes }],
  ["multi-head over self-attention", "multi-head", { model: { ...sizes, encoder: "self-attention" } }, 3],
  ["transformer", "transformer", { training: { learningRate: 2e-3, warmupSteps: 100 } }, 3],
  [
    "transformer with one matrix for embeddings and output",
    "transformer",
    { model: oneMatrix, training: { learningRate: 2e-3, warmupSteps: 100 } },
    3,
  ],
];

function lesson(name: string, recipe: string, task: LessonTask, { model, data, training }: Change): Lesson {
  const { data: usualData, training: usualTraining } = usual[task];
  const config = checkConfig({
    recipe,
    model,
    data: { ...usualData, ...data },
    training: { ...usualTraining, ...training },
  });
  return { name, config };
}

/** Names of scorers in these tables. */
export const namedScorers: readonly string[] = Object.keys({ ...scorers, ...unlearnable });

/** One lesson for every scorer that can learn the task, in the model of the copy lesson. */
export function scorerLessons(task: LessonTask): Lesson[] {
  return builtInScorers
    .filter(({ name }) => unlearnable[name]?.[task] === undefined)
    .map(({ name }) => {
      const change = scorers[name]?.[task] ?? {};
      return lesson(name, "copy", task, { ...change, model: { ...change.model, scorer: name } });
    });
}

/** One lesson for every recipe with attention. */
export function recipeLessons(task: LessonTask): Lesson[] {
  return recipes.map(([name, recipe, change, reverseEpochs = 4]) => {
    const epochs = task === "reverse" ? { epochs: reverseEpochs } : {};
    return lesson(name, recipe, task, { ...change, training: { ...change.training, ...epochs } });
  });
}
