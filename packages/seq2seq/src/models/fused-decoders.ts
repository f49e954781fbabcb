import { Attention, type AttentionMemory, additive, concat, type Scorer, softmax } from "@heed/attention";
import { GRUCell, type RecurrentCell, type RecurrentState } from "@heed/nn";
import { additiveGru, slice, type Tensor } from "@heed/tensor";
import type { Combiner } from "./combiner.js";

/** The inputs of all steps of a decoder. Axes: b sentences, t steps, k keys, h hidden size, c context size. */
export interface DecoderInputs {
  /** The scorer's parameters. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The tokens' part of the gates, biases included, `[b, t, g·h]`. */
  readonly tokenGates: Tensor;
  /** Before the first step. */
  readonly state: RecurrentState;
  readonly memory: AttentionMemory;
  /** The context's part of the input projection, `[g·h, c]`. */
  readonly contextWeight: Tensor;
  readonly cell: RecurrentCell;
}

/** A decoder whose steps, with attention before each, are one operation. */
export interface FusedDecoder {
  readonly cell: new (...args: never[]) => RecurrentCell;
  readonly scorer: Scorer;
  /** Returns the states `[b, t, h]`, contexts `[b, t, c]` and weights `[b, t, k]`. Gradients flow through all three. */
  readonly decode: (inputs: DecoderInputs) => readonly [states: Tensor, contexts: Tensor, weights: Tensor];
}

/**
 * The combinations of cell and scorer that have a fused decoder. They also need softmax, temperature 1, no masks besides
 * padding, no projection of the context, no dropout of weights, and a context that is concatenated to the input. A model
 * with `fused = false` uses none of them.
 */
export const fusedDecoders: readonly FusedDecoder[] = [
  {
    cell: GRUCell,
    scorer: additive,
    decode: ({ params: { W, v }, ...inputs }) => decodeAdditiveGru(W!, v!, inputs),
  },
  {
    cell: GRUCell,
    scorer: concat,
    // The rows of W that are multiplied by the query.
    decode: ({ params: { W, v }, ...inputs }) =>
      decodeAdditiveGru(slice(W!, { axis: 0, start: 0, end: inputs.cell.hiddenSize }), v!, inputs),
  },
];

function decodeAdditiveGru(
  queryWeight: Tensor,
  v: Tensor,
  { tokenGates, state, memory, contextWeight, cell }: Omit<DecoderInputs, "params">,
): ReturnType<FusedDecoder["decode"]> {
  const { prepared, values, mask } = memory;
  const { weight_hh, bias_hh } = cell;
  return additiveGru(
    tokenGates,
    state.hidden,
    prepared,
    values,
    mask,
    queryWeight,
    v,
    contextWeight,
    weight_hh,
    bias_hh,
  );
}

/** The parts of a model that decide whether its steps have a fused decoder. */
interface StepParts {
  readonly fused: boolean;
  readonly attention: Attention;
  readonly combiner: Combiner;
  readonly decoder: RecurrentCell;
}

/** Returns the fused decoder that computes what a model's steps compute, or `null` when the steps must run one by one. */
export function findFusedDecoder({ fused, attention, combiner, decoder }: StepParts): FusedDecoder | null {
  const { definition, normalizer, temperature, masks, contextProjection, dropout } = attention;
  const plain = normalizer === softmax && temperature === 1 && masks.length === 0 && contextProjection === null;
  const drops = dropout.training && dropout.probability > 0;
  if (!fused || !plain || drops || combiner.kind !== "concat") return null;
  // A subclass may compute something else.
  if (attention.constructor !== Attention) return null;
  return fusedDecoders.find(({ cell, scorer }) => decoder.constructor === cell && definition === scorer) ?? null;
}
