export type { AbortSignalLike } from "./abort-signal-like.js";
export { ConfigError, type ConfigIssue } from "./config/config-error.js";
export type { ConfigInput, OpenConfigInput } from "./config/config-input.js";
export { configSchema } from "./config/config-schema.js";
export {
  type DataConfig,
  standardInputKey,
  type TaskData,
  type TextData,
  taskDataSchema,
  textDataSchema,
} from "./config/data-schema.js";
export { type OptionInfo, recipeOptions } from "./config/option-schemas.js";
export type { RecipeModelOptions, TaskDataOptions, TextDataOptions, TrainingOptions } from "./config/option-types.js";
export { fileKeys, pathKeys } from "./config/pair-files.js";
export { parseSection } from "./config/parse-section.js";
export { parseYaml, type YamlText } from "./config/parse-yaml.js";
export { checkConfig, findRecipe, type ResolveOptions, type RunConfig, resolveConfig } from "./config/run-config.js";
export { textDefaults } from "./config/text-defaults.js";
export { type TrainingConfig, trainingSchema } from "./config/training-schema.js";
export { chooseTokenizers, type Sides, type TokenizerChoice } from "./data/choose-tokenizers.js";
export { prepareData } from "./data/prepare-data.js";
export type { PreparedData, PrepareOptions } from "./data/prepared-data.js";
export type { PairSource, TextSample, TrainingData } from "./data/training-data.js";
export type {
  CheckpointEvent,
  DoneEvent,
  DoneReason,
  EpochEvent,
  FitEpochEvent,
  Live,
  LiveModule,
  NoticeEvent,
  StartEvent,
  Started,
  StepEvent,
  TestMeasures,
  TrainEvent,
  TrainListener,
} from "./events.js";
export { type AttendedSentence, type AttendOptions, attend, type SentenceMap } from "./inference/attend.js";
export type { TextConstraints } from "./inference/encode-constraints.js";
export { encodeText } from "./inference/encode-text.js";
export { evaluate } from "./inference/evaluate.js";
export type { EvaluateOptions, Evaluation, PairFault } from "./inference/evaluation.js";
export { type ScoredPair, type ScoreOptions, score } from "./inference/score.js";
export { translate } from "./inference/translate.js";
export type { TranslateOptions } from "./inference/translate-options.js";
export {
  describeUnknown,
  type TranslatedCandidate,
  type TranslatedHypothesis,
  type Translation,
} from "./inference/translation.js";
export { runLimits } from "./limits.js";
export { type AssertFinite, type FitOptions, type FitResult, fit, noProgress, type Progress } from "./loop/fit.js";
export type { TrainCollective } from "./loop/train-collective.js";
export {
  computeGradients,
  type LossContext,
  type Reduction,
  type TrainStepOptions,
  type TrainStepResult,
  trainStep,
  updateParameters,
} from "./loop/train-step.js";
export { type Validation, validate } from "./loop/validate.js";
export { type Catalog, catalogOf } from "./plugins/catalog.js";
export { MissingPluginError } from "./plugins/missing-plugin-error.js";
export { assertPlugins, readPlugins } from "./plugins/plugin-records.js";
export type {
  LoadedPlugins,
  PluginOptions,
  PluginRecord,
  PluginSource,
  PluginSources,
} from "./plugins/plugin-source.js";
export { type AnyRecipe, defineRecipe, type Recipe } from "./recipe.js";
export * from "./recipes/index.js";
export { type AverageName, isAverageName } from "./run/average-name.js";
export { averageWeights } from "./run/average-weights.js";
export { configText, parseConfig } from "./run/config-text.js";
export { assertFileSize, type FileSystem, NotAFolderError } from "./run/file-system.js";
export { loadRun } from "./run/load-run.js";
export { memoryFileSystem } from "./run/memory-file-system.js";
export { type DirectoryHandle, opfsFileSystem } from "./run/opfs-file-system.js";
export { readHistory, readRuntime } from "./run/read-progress.js";
export type { Run } from "./run/run.js";
export { RunError } from "./run/run-error.js";
export type { RunRuntime } from "./run/run-runtime.js";
export type { LoadRunOptions, WeightsChoice } from "./run/stored-run.js";
export type { RunVerification, VerifiedFile, VerifyRunOptions } from "./run/verified-file.js";
export { verifyRun } from "./run/verify-run.js";
export type { AveragedWeights, AverageWeightsOptions } from "./run/weight-average.js";
export { type TrainResult, train } from "./train.js";
export type { TrainOptions } from "./train-options.js";
export { type Divergence, DivergenceError, type NonFiniteValue, TrainingError } from "./training-error.js";
