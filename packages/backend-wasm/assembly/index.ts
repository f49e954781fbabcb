export * from "./gemm";
export * from "./unary";
export * from "./binary";
export * from "./select";
export * from "./layout";
export * from "./create";
export * from "./reduce";
export * from "./top-k";
export * from "./indexing";

/** The first address behind the constants of this module. */
export function dataEnd(): usize {
  return __heap_base;
}
export * from "./softmax";
export * from "./sparse-weights";
export * from "./sigmoid-weights";
export * from "./layer-norm";
export * from "./additive-scores";
export * from "./additive-gru";
export * from "./adam";
export * from "./dropout";
export * from "./recurrent-gru";
export * from "./recurrent-lstm";
export * from "./recurrent-rnn";
