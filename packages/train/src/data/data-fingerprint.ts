import { sha256 } from "../run/sha256.js";
import type { PreparedData } from "./prepare-data.js";

/** Returns the SHA-256 of pairs and tokenizers. A run resumes with the same bits only on the same data. */
export async function dataFingerprint(data: PreparedData): Promise<string> {
  const ids: number[] = [];
  for (const pairs of [data.train, data.validation]) {
    ids.push(pairs.length);
    for (const { source, target } of pairs) ids.push(source.length, ...source, target.length, ...target);
  }
  const tokenizers = JSON.stringify([data.sourceTokenizer, data.targetTokenizer]);
  const parts = [
    await sha256(new Uint8Array(Int32Array.from(ids).buffer)),
    await sha256(new TextEncoder().encode(tokenizers)),
  ];
  return await sha256(new TextEncoder().encode(parts.join()));
}
