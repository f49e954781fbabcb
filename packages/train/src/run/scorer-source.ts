import type { Scorer } from "@heed/attention";
import * as z from "zod";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";

const fileName = "scorer.json";

const scorerSourceSchema = z.strictObject({
  /** Its name in the configuration. */
  name: z.string(),
  /** The file that it was read from. */
  file: z.string(),
  /** Of the file, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The origin of a scorer that is not built in. A run folder stores it, and never executes it. */
export type ScorerSource = z.infer<typeof scorerSourceSchema>;

/**
 * Reads the origin of the scorer that a run was trained with.
 *
 * @returns null when the scorer is built in, or there is no such folder
 * @throws RunError when the file is damaged
 */
export async function readScorerSource(folder: string, fileSystem: FileSystem): Promise<ScorerSource | null> {
  const path = `${folder}/${fileName}`;
  // A file in the place of the folder is told by whoever reads the run.
  const bytes = await fileSystem.read(path).catch((error: { code?: unknown }) => {
    if (error.code === "ENOTDIR") return null;
    throw error;
  });
  if (bytes === null) return null;
  try {
    return scorerSourceSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new RunError(`${path} is damaged: it does not say name, file and sha256 of a scorer. Train again.`, {
      cause: error,
    });
  }
}

/** The file of a run folder that holds a {@link ScorerSource}. */
export const scorerSourceFile = fileName;

/**
 * Checks that the scorer which a run was trained with is at hand, where it is no built-in one.
 *
 * @param scorers - those that may be named
 * @throws RunError naming the scorer and its file
 */
export function assertScorer(source: ScorerSource | null, folder: string, scorers: readonly Scorer[] = []): void {
  if (source === null || scorers.some(({ name }) => name === source.name)) return;
  throw new RunError(
    `${folder} was trained with the scorer ${JSON.stringify(source.name)} of ${source.file}. Loading a run executes nothing: import the scorer yourself, and give it in \`scorers\`.`,
  );
}
