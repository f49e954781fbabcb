export {
  type Batch,
  type BatchArrays,
  type CopyArrays,
  type CopySource,
  type SourceBatch,
  uploadBatch,
  uploadSource,
} from "./batch.js";
export { AfterStepModel, afterStepOptions } from "./models/after-step-model.js";
export {
  type AttentionDecoderState,
  type AttentionEncoded,
  AttentionModel,
  type DecoderRun,
  type RunOptions,
} from "./models/attention-model.js";
export { type AttentionConfig, attentionOptions, buildAttention } from "./models/attention-options.js";
export { BeforeStepModel, beforeStepOptions } from "./models/before-step-model.js";
export { Bridge } from "./models/bridge.js";
export type { BuildContext, VocabularySpec } from "./models/build-context.js";
export { type CombineKind, Combiner, combineKinds } from "./models/combiner.js";
export { DerivedCache } from "./models/derived-cache.js";
export { Encoder, type EncoderOptions } from "./models/encoder.js";
export { FixedContextModel } from "./models/fixed-context-model.js";
export { type FusedDecoder, fusedDecoders } from "./models/fused-decoders.js";
export { LuongModel, type LuongState, luongOptions } from "./models/luong-model.js";
export { modelLimits } from "./models/model-limits.js";
export type {
  AfterStepModelOptions,
  BeforeStepModelOptions,
  LuongModelOptions,
  PointerGeneratorModelOptions,
  RecurrentModelOptions,
  TransformerModelOptions,
} from "./models/option-types.js";
export { OutputLayer, type OutputLayerOptions } from "./models/output-layer.js";
export { PointerGeneratorModel, pointerGeneratorOptions } from "./models/pointer-generator-model.js";
export {
  type EncoderParts,
  type RecurrentDecoderState,
  RecurrentModel,
  type RecurrentOptions,
  recurrentOptions,
} from "./models/recurrent-model.js";
export { SelfAttentionEncoder, type SelfAttentionEncoderOptions } from "./models/self-attention-encoder.js";
export {
  type AttentionKind,
  type AttentionMap,
  type DecoderOutput,
  type DecoderStep,
  type Encoded,
  type InspectedStep,
  type LossOptions,
  type LossTerms,
  Seq2SeqModel,
  type State,
  type StepControl,
} from "./models/seq2seq-model.js";
export { type EncoderKind, type EncoderOutput, encoderKinds, SourceEncoder } from "./models/source-encoder.js";
export {
  type TransformerEncoded,
  TransformerModel,
  type TransformerState,
  transformerOptions,
} from "./models/transformer-model.js";
export { type ExtensionName, extensionName } from "./options/extension-name.js";
export { type OptionMeta, option } from "./options/option.js";
export { OptionError, type OptionIssue } from "./options/option-error.js";
export { type OptionNames, optionIssues } from "./options/option-issues.js";
export { parseOptions } from "./options/parse-options.js";
export { withDefaults } from "./options/with-defaults.js";
export { beam } from "./search/beam.js";
export type { BeamOptions } from "./search/beam-options.js";
export type { Phrase } from "./search/check-constraints.js";
export { generate } from "./search/generate.js";
export type { Generated, GenerateOptions } from "./search/generate-options.js";
export { greedy } from "./search/greedy.js";
export type { Hypothesis, Path } from "./search/hypothesis.js";
export { type LengthPenaltyKind, lengthPenaltyKinds } from "./search/penalties.js";
export { type SampleOptions, sample } from "./search/sample.js";
export { score } from "./search/score.js";
export type { ScoredSentence } from "./search/score-batch.js";
export type {
  Candidate,
  CandidateFate,
  Expansion,
  Search,
  SearchTrace,
  SentenceRequest,
  SentenceSearch,
  TracedCandidate,
} from "./search/search.js";
export { SearchError } from "./search/search-error.js";
export {
  PositionalEncoding,
  type PositionalEncodingOptions,
  type PositionKind,
  positionKinds,
} from "./transformer/positional-encoding.js";
export { TransformerDecoder, type TransformerDecoderInput } from "./transformer/transformer-decoder.js";
export {
  type DecoderLayerInput,
  type DecoderLayerOutput,
  TransformerDecoderLayer,
} from "./transformer/transformer-decoder-layer.js";
export { TransformerEncoder, type TransformerStackOptions } from "./transformer/transformer-encoder.js";
export { type EncoderLayerOutput, TransformerEncoderLayer } from "./transformer/transformer-encoder-layer.js";
export {
  type ActivationKind,
  activationKinds,
  type NormKind,
  normKinds,
  type TransformerLayerOptions,
} from "./transformer/transformer-layer.js";
