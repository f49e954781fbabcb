import type { CopyPair } from "./copy-pair.js";
import type { Alignment } from "./define-task.js";

/** A source sentence and its target, as text. */
export interface TextPair {
  source: string;
  target: string;
  /** the line of the file it stands on, from 1 */
  line: number;
}

/** A source sequence and its target, as tokens: without `<sos>` and `<eos>`. */
export interface SequencePair {
  source: string[];
  target: string[];
  /** the line of the file it stands on, from 1, where it comes from one */
  line?: number;
}

/** A source sequence and its target, as token ids: without `<sos>` and `<eos>`, which batching adds. */
export interface EncodedPair {
  source: number[];
  target: number[];
  /** Pairs of positions [source, target], if they are known. */
  alignment?: Alignment;
  /** In the extended vocabulary, for models that copy. */
  copy?: CopyPair;
  /** the line of the file it stands on, from 1, where it comes from one */
  line?: number;
}
