/** The initialiser of biases: the same function as in `@heed/tensor`. */
export { zeros } from "@heed/tensor";
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./binary-cross-entropy.js";
export { clipGradNorm } from "./clip-grad-norm.js";
export { Conv1d, type Conv1dOptions } from "./conv1d.js";
export { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.js";
export { defineOptimizer, type OptimizerDefinition, type OptimizerExtension } from "./define-optimizer.js";
export {
  defineSchedule,
  type Measured,
  type Schedule,
  type ScheduleDefinition,
  type ScheduleExtension,
  type ScheduleState,
  type ScheduleSteps,
  warmUp,
} from "./define-schedule.js";
export { Dropout, type DropoutOptions } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { findOptimizer } from "./find-optimizer.js";
export { findSchedule } from "./find-schedule.js";
export { type KaimingOptions, kaimingUniform } from "./initialisers/kaiming-uniform.js";
export { type NormalOptions, normal } from "./initialisers/normal.js";
export { orthogonal } from "./initialisers/orthogonal.js";
export { type UniformOptions, uniform } from "./initialisers/uniform.js";
export { type GainOptions, xavierNormal, xavierUniform } from "./initialisers/xavier.js";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.js";
export { Linear, type LinearOptions } from "./linear.js";
export { isModule, Module } from "./module.js";
export { MovingAverage } from "./moving-average.js";
export { type MseLossOptions, mseLoss } from "./mse-loss.js";
export { type Optimizer, OptimizerStateError } from "./optimizer.js";
export { Adam, type AdamOptions } from "./optimizers/adam.js";
export { AdamW } from "./optimizers/adamw.js";
export * from "./optimizers/index.js";
export { SGD, type SGDOptions } from "./optimizers/sgd.js";
export { parameterFrom } from "./parameter-from.js";
export { GRU } from "./recurrent/gru.js";
export { GRUCell } from "./recurrent/gru-cell.js";
export { LSTM } from "./recurrent/lstm.js";
export { LSTMCell } from "./recurrent/lstm-cell.js";
export {
  type AnyCellOptions,
  type AnyLayerOptions,
  type RecurrentKind,
  recurrentCell,
  recurrentKinds,
  recurrentLayer,
} from "./recurrent/recurrent.js";
export { RecurrentCell, type RecurrentCellOptions } from "./recurrent/recurrent-cell.js";
export {
  RecurrentLayer,
  type RecurrentLayerOptions,
  type RecurrentOutput,
  type RecurrentRun,
} from "./recurrent/recurrent-layer.js";
export type { RecurrentState } from "./recurrent/recurrent-state.js";
export { type Nonlinearity, RNN, type RNNOptions } from "./recurrent/rnn.js";
export { RNNCell, type RNNCellOptions } from "./recurrent/rnn-cell.js";
export type { Reduction } from "./reduce-loss.js";
export { RMSNorm, type RMSNormOptions } from "./rms-norm.js";
export { loadModule, saveModule } from "./save-module.js";
export * from "./schedules/index.js";
export { Sequential, type SequentialItem } from "./sequential.js";
export { SlotOptimizer } from "./slots.js";
export type { LoadOptions, LoadReport } from "./state-dict.js";
export { StateDictError } from "./state-dict-error.js";
