import * as z from "zod/mini";
import { readSection } from "../config/parse-section.js";
import { runLimits } from "../limits.js";
import { RunError } from "./run-error.js";
import { runtimeSchema } from "./run-runtime.js";
import { sha256 } from "./sha256.js";

const format = "heed-run";
const version = 5;
const count = z.int().check(z.minimum(0));

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** Size and checksum of a file. */
const fileSchema = z.strictObject({ bytes: count, sha256: hash });

/** Weights of an epoch that are kept. */
const keptSchema = z.strictObject({ epoch: count.check(z.minimum(1)), bytes: count, sha256: hash });

const stateSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  /** Completed epochs. */
  epoch: count,
  /** Optimizer steps. */
  step: count.check(z.minimum(1)),
  /** Batches used of the current epoch. */
  batch: count,
  /** Sum of the training losses of the current epoch, and the number of its tokens. */
  lossSum: z.number(),
  tokens: count,
  /** 0 and null before the first epoch is completed. */
  bestEpoch: count,
  bestValue: z.nullable(z.number()),
  epochsSinceBest: count,
  /** The state of a schedule that observes what epochs measure. */
  schedule: z.nullable(z.record(z.string(), z.number())),
  /** What computed the last step. */
  runtime: runtimeSchema,
  /** SHA-256 of the data. */
  data: z.string(),
  /** The files that belong to this state. */
  files: z.strictObject({
    "model.safetensors": fileSchema,
    /** Missing before the first epoch is completed. */
    "best.safetensors": z.optional(fileSchema),
    "optimizer.safetensors": fileSchema,
    /** The moving average of the weights; missing without `training.ema`. */
    "ema.safetensors": z.optional(fileSchema),
    "metrics.ndjson": fileSchema,
  }),
  /** The weights of earlier epochs that are kept, in the folder `checkpoints`; oldest first. */
  kept: z.array(keptSchema).check(z.maxLength(2 * runLimits.keptCheckpoints)),
  /** They stay the same from checkpoint to checkpoint. */
  tokenizers: z.strictObject({ "source.tokenizer.json": fileSchema, "target.tokenizer.json": fileSchema }),
  /** SHA-256 of the JSON text, without spaces, of all that precedes it. */
  checksum: hash,
});

/** The content of `state.json`: the progress of a run, and the files that belong together. */
export type RunState = z.infer<typeof stateSchema>;

/** The sizes and checksums of the tokenizers of a run. */
export type TokenizerEntries = RunState["tokenizers"];

/** Size and checksum of the weights of an epoch that are kept. */
export type KeptEntry = RunState["kept"][number];

/** The files of a checkpoint, which a state describes. */
export type StateFile = keyof RunState["files"];

/** The names of {@link StateFile}. */
export const stateFiles = Object.keys(stateSchema.shape.files.shape) as readonly StateFile[];

/** Adds format, version and checksum to a state. */
export async function runState(state: Omit<RunState, "format" | "version" | "checksum">): Promise<RunState> {
  const whole = { format, version, ...state } as const;
  return { ...whole, checksum: await checksumOf(whole) };
}

/**
 * Reads `state.json`.
 * @param path - for messages
 * @throws RunError when it is not JSON, has another version, is incomplete or damaged; the message lacks what to do
 */
export async function parseState(text: string, path: string): Promise<RunState> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  const written = (json as { version?: unknown } | null)?.version;
  if (typeof written === "number" && written !== version) {
    throw new RunError(
      `${path} has version ${written}; this heed reads version ${version}. Use the heed that wrote the run.`,
    );
  }
  const { value, issues } = readSection("", stateSchema, json, { whole: "The file" });
  if (issues) {
    throw new RunError(`${path} is not the state of a run. ${issues.map(({ message }) => message).join(" ")}`);
  }
  const { checksum, ...whole } = json as RunState;
  if ((await checksumOf(whole)) !== checksum) throw new RunError(`${path} is damaged: its own checksum is wrong.`);
  return value as RunState;
}

function checksumOf(whole: object): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify(whole)));
}
