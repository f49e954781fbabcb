import type { PairStore } from "@heed/datasets";
import { sha256 } from "../run/sha256.js";
import type { PreparedData } from "./prepared-data.js";

/**
 * Returns the SHA-256 of training, validation and test pairs, of their alignments and of the tokenizers. A run resumes with the same bits only on
 * the same data.
 */
export async function dataFingerprint(data: PreparedData): Promise<string> {
  const alignments = [alignmentsOf(data.train), alignmentsOf(data.validation)];
  const texts = JSON.stringify([data.sourceTokenizer, data.targetTokenizer, data.testText, ...alignments]);
  const parts = [await sha256(idsOf(data.train)), await sha256(idsOf(data.validation)), await sha256(bytesOf(texts))];
  return await sha256(bytesOf(parts.join()));
}

/** The ids of all pairs, also those for copying, each sequence after its length. */
function idsOf(pairs: PairStore): Uint8Array {
  let size = 0;
  const copies = pairs.length > 0 && pairs.copy(0) !== undefined ? 2 : 1;
  for (let i = 0; i < pairs.length; i++) size += copies * (2 + pairs.sourceLength(i) + pairs.targetLength(i));
  const ids = new Int32Array(size);
  let at = 0;
  for (let i = 0; i < pairs.length; i++) {
    const copy = pairs.copy(i);
    for (const sequence of [pairs.source(i), pairs.target(i), ...(copy ? [copy.source, copy.target] : [])]) {
      ids[at++] = sequence.length;
      ids.set(sequence, at);
      at += sequence.length;
    }
  }
  return new Uint8Array(ids.buffer);
}

/** The alignments of all pairs; null when they are not known. */
function alignmentsOf(pairs: PairStore): unknown {
  if (pairs.length === 0 || pairs.alignment(0) === undefined) return null;
  return Array.from({ length: pairs.length }, (_, i) => pairs.alignment(i));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
