import { z } from "zod";

/** How a model is trained. */
export const trainingSchema = z.strictObject({
  epochs: z.int().positive().default(15),
  /** Pairs a batch. */
  batchSize: z.int().positive().default(32),
  optimizer: z.enum(["adam", "adamw", "sgd"]).default("adam"),
  learningRate: z.number().positive().default(1e-3),
  /** Momentum of `sgd`, in [0, 1). */
  momentum: z.number().min(0).lt(1).default(0),
  weightDecay: z.number().min(0).default(0),
  /** Largest norm of all gradients together; `null`: they are not clipped. */
  clipNorm: z.number().positive().nullable().default(null),
  /** ε in [0, 1): how much of each target's probability is spread over the whole vocabulary. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
  schedule: z.enum(["constant", "linear", "inverse-sqrt"]).default("constant"),
  /** Optimizer steps over which the learning rate rises from 0. */
  warmupSteps: z.int().min(0).default(0),
  /** Stop after so many epochs without a better validation loss; `null`: never. */
  patience: z.int().positive().nullable().default(null),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;
