import { sha256 } from "../run/sha256.js";
import type { PreparedData } from "./prepare-data.js";

/** SHA-256 of the pairs and vocabularies: a run cannot go on, bit for bit, on other data. */
export async function dataFingerprint(data: PreparedData): Promise<string> {
  const ids: number[] = [];
  for (const pairs of [data.train, data.validation]) {
    ids.push(pairs.length);
    for (const { source, target } of pairs) ids.push(source.length, ...source, target.length, ...target);
  }
  const words = JSON.stringify([data.sourceVocabulary, data.targetVocabulary]);
  const parts = [
    await sha256(new Uint8Array(Int32Array.from(ids).buffer)),
    await sha256(new TextEncoder().encode(words)),
  ];
  return await sha256(new TextEncoder().encode(parts.join()));
}
