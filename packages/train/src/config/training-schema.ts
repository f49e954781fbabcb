import { builtInOptimizers, builtInSchedules } from "@heed/nn";
import { extensionName, option } from "@heed/seq2seq";
import * as z from "zod/mini";
import { runLimits } from "../limits.js";
import { samplingSchedules } from "../loop/sampling-rate.js";

/** The names of the built-in metrics. A page loads the metrics themselves only if it measures them. */
export const metricNames = ["bleu", "chrf", "chrf-plus-plus", "sequence-accuracy"] as const;

/** Options of an extension, whose definition checks them. */
const optionsSchema = z.looseObject({});

const count = z.int().check(z.positive());
const positive = z.number().check(z.positive());

/** Options of training, with their defaults. */
export const trainingSchema = z.strictObject({
  epochs: option(
    z.int().check(z.positive(), z.maximum(runLimits.epochs)),
    15,
    "Largest number of passes over the training pairs.",
  ),
  batchSize: option(count, 32, "Number of pairs in a batch."),
  batchTokens: z
    .optional(count)
    .check(
      z.describe(
        "Largest number of positions in a batch, padding included, on the side that has more. Takes the place of `batchSize`, which is then only the number of sentences that are decoded at a time.",
      ),
    ),
  accumulate: option(count, 1, "Number of batches whose gradients are added before an update of the parameters."),
  optimizer: option(extensionName(builtInOptimizers), "adam", {
    extension: "optimizer",
    description: "Name of the optimizer.",
  }),
  optimizerOptions: option(optionsSchema, {}, { optionsOf: "optimizer", description: "Options of the optimizer." }),
  learningRate: option(positive, 1e-3, "Largest learning rate of the schedule."),
  clipNorm: option(
    z.nullable(positive),
    null,
    "Largest norm of all gradients together; larger ones are scaled down. `null`: no limit.",
  ),
  labelSmoothing: option(
    z.number().check(z.minimum(0), z.lt(1)),
    0,
    "Share ε of the probability of each target token that is spread over all v tokens of the vocabulary, in [0, 1): the target token has 1 − ε + ε / v, every other token ε / v, as in PyTorch. Padding does not count.",
  ),
  guidedAlignment: option(
    z.number().check(z.minimum(0)),
    0,
    "Weight of guided alignment, the cross-entropy of attention weights against known alignments, which `data.alignments` or the task gives; 0: none.",
  ),
  scheduledSampling: option(
    z.number().check(z.minimum(0), z.maximum(1)),
    0,
    "Largest probability that the decoder reads its own most probable token rather than the target token before it; 0: never.",
  ),
  samplingSchedule: option(
    z.enum(samplingSchedules),
    "linear",
    "Course of this probability: it reaches its largest value after `samplingSteps` steps, approaches it as 1 − exp(−step / `samplingSteps`), or as 1 / (1 + k exp(−step / k)) with k = `samplingSteps`.",
  ),
  samplingSteps: option(count, 1000, "Number of optimizer steps of `samplingSchedule`."),
  schedule: option(extensionName(builtInSchedules), "constant", {
    extension: "schedule",
    description: "Course of the learning rate after the warm-up.",
  }),
  scheduleOptions: option(optionsSchema, {}, { optionsOf: "schedule", description: "Options of the schedule." }),
  warmupSteps: option(
    z.int().check(z.minimum(0)),
    0,
    "Number of optimizer steps over which the learning rate rises from 0.",
  ),
  bestMetric: option(
    z.union([z.enum(["loss", "accuracy", ...metricNames]), z.string()]),
    "loss",
    "Metric of the validation set that decides which epoch is best, when `patience` stops training, and when the schedule `plateau` lowers the learning rate: `loss`, `accuracy` of tokens, or any metric, which is measured on greedy translations after each epoch.",
  ),
  validationMetrics: option(
    z.array(z.string()),
    [],
    "Names of metrics that are measured on greedy translations of the validation set after each epoch, besides `bestMetric`.",
  ),
  patience: option(
    z.nullable(count),
    null,
    "Number of epochs without a better `bestMetric` after which training stops. `null`: never.",
  ),
  ema: option(
    z.nullable(z.number().check(z.gt(0), z.lt(1))),
    null,
    "Decay of the exponential moving average of the weights, in (0, 1), such as 0.999. The average is validated, and kept as the best weights. `null`: none.",
  ),
  checkpointSteps: option(
    z.nullable(count),
    null,
    "Number of steps between checkpoints within an epoch. `null`: one checkpoint after each epoch.",
  ),
  keepCheckpoints: option(
    z.int().check(z.minimum(0), z.maximum(runLimits.keptCheckpoints)),
    0,
    "Number of last epochs whose weights stay in the run folder, to average them or to use one of them.",
  ),
  fused: option(
    z.boolean(),
    true,
    "Whether one operation may compute all decoder steps, if the model has one. The results are the same up to rounding.",
  ),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;
