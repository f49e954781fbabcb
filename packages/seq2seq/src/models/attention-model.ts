import type {
  AttendOptions,
  Attention,
  AttentionInspection,
  AttentionMemory,
  AttentionOutput,
  AttentionState,
} from "@heed/attention";
import { Dropout } from "@heed/nn";
import type { Parameter, Tensor } from "@heed/tensor";
import type { SourceBatch } from "../batch.js";
import type { BuildContext } from "./build-context.js";
import { DerivedCache } from "./derived-cache.js";
import { type RecurrentDecoderState, RecurrentModel, type RecurrentOptions } from "./recurrent-model.js";
import type { AttentionMap, DecoderOutput, DecoderStep, Encoded, InspectedStep, StepControl } from "./seq2seq-model.js";

/** The encoder's result for a decoder with attention. */
export interface AttentionEncoded extends Encoded {
  readonly memory: AttentionMemory;
}

/** The state of a recurrent decoder with attention. */
export interface AttentionDecoderState extends RecurrentDecoderState {
  readonly attention: AttentionState;
}

/** The result of a decoder for one or more steps. */
export interface DecoderRun<S extends AttentionDecoderState> {
  /** `[b, t, v]`. */
  readonly logits: Tensor;
  /** For a model that copies: the logit of generating a token, `[b, t, 1]`. */
  readonly gate?: Tensor;
  readonly attention: AttentionOutput;
  /** After the last step. */
  readonly state: S;
}

/** Options of one run of a decoder; `D` are values derived from parameters. */
export interface RunOptions<D> extends AttendOptions {
  readonly derived: D;
}

/**
 * The base of recurrent decoders with one attention to the source. A subclass defines {@link run}: how the decoder's layers
 * and attention follow each other.
 */
export abstract class AttentionModel<
  S extends AttentionDecoderState = AttentionDecoderState,
  D = unknown,
> extends RecurrentModel<AttentionEncoded, S> {
  /** Built by the subclass, so that the order of its layers decides the order of their initial values. */
  abstract readonly attention: Attention;
  /** Of the encoder's states, before attention reads them. */
  readonly sourceDropout: Dropout;
  readonly #derived = new DerivedCache<D>(
    () => this.derivedFrom(),
    () => this.precompute(),
  );

  /** @param options - the options of the subclass, which has checked them by `parseOptions` */
  constructor(options: RecurrentOptions & { readonly sourceDropout?: number }, context: BuildContext) {
    super(options, context);
    this.sourceDropout = new Dropout({ probability: options.sourceDropout ?? 0, random: context.random });
  }

  /**
   * Computes target steps, one after the other or at once.
   * @param ids - i32 `[b, t]`
   * @param state - before the first of them
   */
  protected abstract run(encoded: AttentionEncoded, ids: Tensor, state: S, options: RunOptions<D>): DecoderRun<S>;

  /** Computes what depends on parameters alone, such as slices of a weight. */
  protected abstract precompute(): D;

  /** The parameters that {@link precompute} depends on. */
  protected abstract derivedFrom(): readonly Parameter[];

  /** Builds the state before the first step. */
  protected abstract start(state: AttentionDecoderState): S;

  encode(source: SourceBatch): AttentionEncoded {
    const { layers, ...encoded } = this.encodeSource(source);
    const memory = this.attention.prepare(this.sourceDropout.forward(encoded.states), {
      mask: encoded.mask,
      lengths: source.lengths,
    });
    return { ...encoded, memory, initial: this.start({ layers, attention: this.attention.start(memory) }) };
  }

  decode(encoded: AttentionEncoded, decoderInput: Tensor): DecoderOutput {
    const derived = this.precompute();
    const { logits, gate, attention } = this.run(encoded, decoderInput, encoded.initial as S, { derived });
    return { logits, gate, weights: attention.weights, maps: [crossMap(attention)] };
  }

  step(encoded: AttentionEncoded, ids: Tensor, state: S, control?: StepControl): DecoderStep<S> {
    this.checkControl(control, 1);
    return stepOf(this.#runStep(encoded, ids, state, { control: control?.layers[0] }));
  }

  inspect(encoded: AttentionEncoded, ids: Tensor, state: S, control?: StepControl): InspectedStep<S> {
    this.checkControl(control, 1);
    const run = this.#runStep(encoded, ids, state, { control: control?.layers[0], inspect: true });
    const layers: readonly AttentionInspection[] = [run.attention.inspection!];
    return { ...stepOf(run), layers };
  }

  #runStep(encoded: AttentionEncoded, ids: Tensor, state: S, options: AttendOptions): DecoderRun<S> {
    return this.run(encoded, ids.reshape(-1, 1), state, { ...options, derived: this.#derived.get() });
  }

  override releaseCache(): void {
    this.#derived.release();
  }
}

/** The result of a run of one step. */
function stepOf<S extends AttentionDecoderState>({ logits, gate, attention, state }: DecoderRun<S>): DecoderStep<S> {
  const b = logits.shape[0]!;
  const flat = (x: Tensor): Tensor => x.reshape(b, -1);
  return { logits: flat(logits), gate: gate && flat(gate), weights: flat(attention.weights), state };
}

/** The weights of the only attention to the source, as a map. */
function crossMap({ weights, heads }: AttentionOutput): AttentionMap {
  const [b, t, s] = weights.shape as [number, number, number];
  return { kind: "cross", layer: 0, weights: heads ?? weights.reshape(b, 1, t, s) };
}
