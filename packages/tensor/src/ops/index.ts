// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { abs } from "./abs.op.js";
import { adamStep } from "./adam-step.op.js";
import { add } from "./add.op.js";
import { additiveGru } from "./additive-gru.op.js";
import { additiveScores } from "./additive-scores.op.js";
import { all } from "./all.op.js";
import { any } from "./any.op.js";
import { argmax } from "./argmax.op.js";
import { argmin } from "./argmin.op.js";
import { attention } from "./attention.op.js";
import { cast } from "./cast.op.js";
import { clamp } from "./clamp.op.js";
import { concat } from "./concat.op.js";
import { conv1d } from "./conv1d.op.js";
import { cos } from "./cos.op.js";
import { cumsum } from "./cumsum.op.js";
import { div } from "./div.op.js";
import { dropout } from "./dropout.op.js";
import { embedding } from "./embedding.op.js";
import { entmax15 } from "./entmax15.op.js";
import { equal } from "./equal.op.js";
import { erf } from "./erf.op.js";
import { exp } from "./exp.op.js";
import { expand } from "./expand.op.js";
import { expandDims } from "./expand-dims.op.js";
import { flip } from "./flip.op.js";
import { floor } from "./floor.op.js";
import { gather } from "./gather.op.js";
import { gelu } from "./gelu.op.js";
import { greater } from "./greater.op.js";
import { greaterEqual } from "./greater-equal.op.js";
import { gru } from "./gru.op.js";
import { gruStep } from "./gru-step.op.js";
import { layerNorm } from "./layer-norm.op.js";
import { lerp } from "./lerp.op.js";
import { less } from "./less.op.js";
import { lessEqual } from "./less-equal.op.js";
import { linear } from "./linear.op.js";
import { log } from "./log.op.js";
import { logSoftmax } from "./log-softmax.op.js";
import { logSumExp } from "./log-sum-exp.op.js";
import { log1p } from "./log1p.op.js";
import { logicalAnd } from "./logical-and.op.js";
import { logicalNot } from "./logical-not.op.js";
import { logicalOr } from "./logical-or.op.js";
import { lstm } from "./lstm.op.js";
import { lstmStep } from "./lstm-step.op.js";
import { maskedFill } from "./masked-fill.op.js";
import { maskedSigmoid } from "./masked-sigmoid.op.js";
import { maskedSoftmax } from "./masked-softmax.op.js";
import { matmul } from "./matmul.op.js";
import { max } from "./max.op.js";
import { maxWithIndices } from "./max-with-indices.op.js";
import { maximum } from "./maximum.op.js";
import { mean } from "./mean.op.js";
import { min } from "./min.op.js";
import { minWithIndices } from "./min-with-indices.op.js";
import { minimum } from "./minimum.op.js";
import { mul } from "./mul.op.js";
import { multinomial } from "./multinomial.op.js";
import { neg } from "./neg.op.js";
import { norm } from "./norm.op.js";
import { notEqual } from "./not-equal.op.js";
import { oneHot } from "./one-hot.op.js";
import { pad } from "./pad.op.js";
import { pow } from "./pow.op.js";
import { prod } from "./prod.op.js";
import { relu } from "./relu.op.js";
import { reshape } from "./reshape.op.js";
import { rmsNorm } from "./rms-norm.op.js";
import { rnn } from "./rnn.op.js";
import { rnnStep } from "./rnn-step.op.js";
import { round } from "./round.op.js";
import { scatterAdd } from "./scatter-add.op.js";
import { sigmoid } from "./sigmoid.op.js";
import { sign } from "./sign.op.js";
import { silu } from "./silu.op.js";
import { sin } from "./sin.op.js";
import { slice } from "./slice.op.js";
import { softmax } from "./softmax.op.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.op.js";
import { softplus } from "./softplus.op.js";
import { sparsemax } from "./sparsemax.op.js";
import { split } from "./split.op.js";
import { sqrt } from "./sqrt.op.js";
import { squeeze } from "./squeeze.op.js";
import { stack } from "./stack.op.js";
import { std } from "./std.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";
import { tanh } from "./tanh.op.js";
import { tile } from "./tile.op.js";
import { topK } from "./top-k.op.js";
import { transpose } from "./transpose.op.js";
import { tril } from "./tril.op.js";
import { triu } from "./triu.op.js";
import { uniformLike } from "./uniform-like.op.js";
import { unstack } from "./unstack.op.js";
import { variance } from "./variance.op.js";
import { where } from "./where.op.js";

/** What stands in this folder, sorted by file name. */
export const builtInOps = [
  abs,
  adamStep,
  add,
  additiveGru,
  additiveScores,
  all,
  any,
  argmax,
  argmin,
  attention,
  cast,
  clamp,
  concat,
  conv1d,
  cos,
  cumsum,
  div,
  dropout,
  embedding,
  entmax15,
  equal,
  erf,
  exp,
  expand,
  expandDims,
  flip,
  floor,
  gather,
  gelu,
  greater,
  greaterEqual,
  gru,
  gruStep,
  layerNorm,
  lerp,
  less,
  lessEqual,
  linear,
  log,
  logSoftmax,
  logSumExp,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  lstm,
  lstmStep,
  maskedFill,
  maskedSigmoid,
  maskedSoftmax,
  matmul,
  max,
  maxWithIndices,
  maximum,
  mean,
  min,
  minWithIndices,
  minimum,
  mul,
  multinomial,
  neg,
  norm,
  notEqual,
  oneHot,
  pad,
  pow,
  prod,
  relu,
  reshape,
  rmsNorm,
  rnn,
  rnnStep,
  round,
  scatterAdd,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  softmaxCrossEntropy,
  softplus,
  sparsemax,
  split,
  sqrt,
  squeeze,
  stack,
  std,
  sub,
  sum,
  tanh,
  tile,
  topK,
  transpose,
  tril,
  triu,
  uniformLike,
  unstack,
  variance,
  where,
] as const;

export {
  abs,
  adamStep,
  add,
  additiveGru,
  additiveScores,
  all,
  any,
  argmax,
  argmin,
  attention,
  cast,
  clamp,
  concat,
  conv1d,
  cos,
  cumsum,
  div,
  dropout,
  embedding,
  entmax15,
  equal,
  erf,
  exp,
  expand,
  expandDims,
  flip,
  floor,
  gather,
  gelu,
  greater,
  greaterEqual,
  gru,
  gruStep,
  layerNorm,
  lerp,
  less,
  lessEqual,
  linear,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  logSoftmax,
  logSumExp,
  lstm,
  lstmStep,
  maskedFill,
  maskedSigmoid,
  maskedSoftmax,
  matmul,
  max,
  maximum,
  maxWithIndices,
  mean,
  min,
  minimum,
  minWithIndices,
  mul,
  multinomial,
  neg,
  norm,
  notEqual,
  oneHot,
  pad,
  pow,
  prod,
  relu,
  reshape,
  rmsNorm,
  rnn,
  rnnStep,
  round,
  scatterAdd,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  softmaxCrossEntropy,
  softplus,
  sparsemax,
  split,
  sqrt,
  squeeze,
  stack,
  std,
  sub,
  sum,
  tanh,
  tile,
  topK,
  transpose,
  tril,
  triu,
  uniformLike,
  unstack,
  variance,
  where,
};
