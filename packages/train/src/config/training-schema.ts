import * as z from "zod";

const decay = z.number().min(0).lt(1);

/** Options of training. */
export const trainingSchema = z.strictObject({
  /** Number of passes over the training pairs. */
  epochs: z.int().positive().default(15),
  /** Number of pairs in a batch. */
  batchSize: z.int().positive().default(32),
  /** Number of batches whose gradients are added before an update. */
  accumulate: z.int().positive().default(1),
  optimizer: z.enum(["adam", "adamw", "sgd"]).default("adam"),
  learningRate: z.number().positive().default(1e-3),
  /** β₁ and β₂ of `adam` and `adamw`. */
  betas: z.tuple([decay, decay]).default([0.9, 0.999]),
  /** ε of `adam` and `adamw`. */
  eps: z.number().positive().default(1e-8),
  /** Momentum of `sgd`, in [0, 1). */
  momentum: decay.default(0),
  weightDecay: z.number().min(0).default(0),
  /** Largest norm of all gradients together; `null`: gradients are not clipped. */
  clipNorm: z.number().positive().nullable().default(null),
  /** ε in [0, 1): the share of each target's probability that is spread over the vocabulary. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
  schedule: z.enum(["constant", "linear", "inverse-sqrt"]).default("constant"),
  /** Number of optimizer steps over which the learning rate rises from 0. */
  warmupSteps: z.int().min(0).default(0),
  /** Stop after this number of epochs without a better validation loss; `null`: never. */
  patience: z.int().positive().nullable().default(null),
  /** Also write a checkpoint after this number of steps; `null`: after each epoch only. */
  checkpointSteps: z.int().positive().nullable().default(null),
  /** Whether one operation may compute all decoder steps where there is one; the results are the same up to rounding. */
  fused: z.boolean().default(true),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;
