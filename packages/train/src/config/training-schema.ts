import { builtInOptimizers, builtInSchedules } from "@heed/nn";
import { extensionName } from "@heed/seq2seq";
import * as z from "zod";
import { runLimits } from "../limits.js";
import { samplingSchedules } from "../loop/sampling-rate.js";

/** Options of an extension, whose definition checks them. */
const optionsSchema = z.looseObject({});

/** Options of training, with their defaults. */
export const trainingSchema = z.strictObject({
  epochs: z
    .int()
    .positive()
    .max(runLimits.epochs)
    .default(15)
    .describe("Largest number of passes over the training pairs."),
  batchSize: z.int().positive().default(32).describe("Number of pairs in a batch."),
  batchTokens: z
    .int()
    .positive()
    .optional()
    .describe(
      "Largest number of positions in a batch, padding included, on the side that has more. Takes the place of `batchSize`, which is then only the number of sentences that are decoded at a time.",
    ),
  accumulate: z
    .int()
    .positive()
    .default(1)
    .describe("Number of batches whose gradients are added before an update of the parameters."),
  optimizer: extensionName(builtInOptimizers)
    .default("adam")
    .meta({ extension: "optimizer", description: "Name of the optimizer." }),
  optimizerOptions: optionsSchema
    .default({})
    .meta({ optionsOf: "optimizer", description: "Options of the optimizer." }),
  learningRate: z.number().positive().default(1e-3).describe("Largest learning rate of the schedule."),
  clipNorm: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Largest norm of all gradients together; larger ones are scaled down. `null`: no limit."),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("Share of the probability of each target token that is spread over the vocabulary, in [0, 1)."),
  scheduledSampling: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      "Largest probability that the decoder reads its own most probable token rather than the target token before it; 0: never.",
    ),
  samplingSchedule: z
    .enum(samplingSchedules)
    .default("linear")
    .describe(
      "Course of this probability: it reaches its largest value after `samplingSteps` steps, approaches it as 1 − exp(−step / `samplingSteps`), or as 1 / (1 + k exp(−step / k)) with k = `samplingSteps`.",
    ),
  samplingSteps: z.int().positive().default(1000).describe("Number of optimizer steps of `samplingSchedule`."),
  schedule: extensionName(builtInSchedules)
    .default("constant")
    .meta({ extension: "schedule", description: "Course of the learning rate after the warm-up." }),
  scheduleOptions: optionsSchema.default({}).meta({ optionsOf: "schedule", description: "Options of the schedule." }),
  warmupSteps: z
    .int()
    .min(0)
    .default(0)
    .describe("Number of optimizer steps over which the learning rate rises from 0."),
  patience: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Number of epochs without a better validation loss after which training stops. `null`: never."),
  checkpointSteps: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Number of steps between checkpoints within an epoch. `null`: one checkpoint after each epoch."),
  fused: z
    .boolean()
    .default(true)
    .describe(
      "Whether one operation may compute all decoder steps, if the model has one. The results are the same up to rounding.",
    ),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;
