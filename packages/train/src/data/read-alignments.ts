import { isHeedError } from "@heed/core";
import { DataError, type TextPair } from "@heed/datasets";
import { type ReadFile, readLines } from "@heed/datasets/text";
import { parsePharaoh } from "@heed/metrics";
import type { ReadPair } from "./training-data.js";

/**
 * Reads the word alignments of pairs, a line for each pair, in Pharaoh format. Possible links are left out.
 *
 * @param path - of the file, compressed with gzip or not
 * @throws DataError when the file has another number of lines than there are pairs, or when a line is malformed
 */
export async function readAlignments(path: string, pairs: readonly TextPair[], read: ReadFile): Promise<ReadPair[]> {
  const lines = await readLines(path, read);
  if (lines.length !== pairs.length) {
    throw new DataError(
      `data.alignments: ${path} has ${lines.length} lines, but there are ${pairs.length} pairs: line i must align pair i. A pair without links has an empty line.`,
    );
  }
  return pairs.map((pair, i) => ({ ...pair, wordAlignment: sureLinks(lines[i]!, `${path}, line ${i + 1}`) }));
}

function sureLinks(line: string, place: string): ReadPair["wordAlignment"] {
  try {
    return parsePharaoh(line).sure;
  } catch (error) {
    if (!isHeedError(error)) throw error;
    throw new DataError(`${place}: ${error.message}`, { cause: error });
  }
}
