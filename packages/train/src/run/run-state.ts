import { z } from "zod";
import { RunError } from "./run-error.js";

const format = "heed-run";
const version = 1;
const count = z.int().min(0);

/** Size and content of a file. */
const fileSchema = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const stateSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  epoch: count.min(1),
  step: count.min(1),
  bestEpoch: count.min(1),
  bestLoss: z.number(),
  epochsSinceBest: count,
  /** Of the model's generator. */
  random: z.array(z.int()).length(4),
  /** The backend that trained the last epoch. */
  backend: z.string(),
  /** SHA-256 of the data. */
  data: z.string(),
  /** The files that belong to this state. */
  files: z.strictObject({
    "model.safetensors": fileSchema,
    "best.safetensors": fileSchema,
    "optimizer.safetensors": fileSchema,
    "metrics.ndjson": fileSchema,
  }),
});

/** What `state.json` holds: how far a run has come, and which files belong together. */
export type RunState = z.infer<typeof stateSchema>;

/** The files that a state speaks for. */
export type StateFile = keyof RunState["files"];

/** The names of {@link StateFile}. */
export const stateFiles = Object.keys(stateSchema.shape.files.shape) as readonly StateFile[];

/** A state with its format and version. */
export function runState(state: Omit<RunState, "format" | "version">): RunState {
  return { format, version, ...state };
}

/**
 * Reads `state.json`.
 * @param path - for messages
 * @throws RunError when it is no JSON, of another version, or lacks something
 */
export function parseState(text: string, path: string): RunState {
  const advice = "Train again with overwrite, or take the file from a backup.";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path} is not JSON: ${(error as Error).message}. ${advice}`, { cause: error });
  }
  const written = (json as { version?: unknown } | null)?.version;
  if (typeof written === "number" && written !== version) {
    throw new RunError(
      `${path} has version ${written}; this heed reads version ${version}. Use the heed that wrote the run, or train again.`,
    );
  }
  const result = stateSchema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
  throw new RunError(`${path} is not the state of a run: ${faults.join("; ")}. ${advice}`);
}
