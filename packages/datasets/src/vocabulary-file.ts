import { DataError } from "./data-error.js";
import { readBytes, writeWhole } from "./files.js";
import { decodeText } from "./lines.js";
import { Vocabulary } from "./vocabulary.js";

/**
 * Writes a vocabulary to a JSON file, as a whole or not at all. Node only.
 *
 * @throws DataError where the file cannot be written
 */
export async function saveVocabulary(path: string, vocabulary: Vocabulary): Promise<void> {
  await writeWhole(path, `${JSON.stringify(vocabulary, null, 1)}\n`);
}

/**
 * Reads a vocabulary that {@link saveVocabulary} wrote. Node only.
 *
 * @throws DataError where there is no such file, or it is not a vocabulary: names the file and the fault
 */
export async function loadVocabulary(path: string): Promise<Vocabulary> {
  const text = decodeText(await readBytes(path), path);
  try {
    return Vocabulary.fromJSON(JSON.parse(text));
  } catch (error) {
    const what = error instanceof SyntaxError ? "Not JSON; the file may be cut short or damaged: " : "";
    throw new DataError(`${path}: ${what}${(error as Error).message}`, { cause: error });
  }
}
