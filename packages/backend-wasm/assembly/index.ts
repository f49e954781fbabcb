export * from "./gemm";
export * from "./unary";
export * from "./binary";
export * from "./select";
export * from "./layout";
export * from "./create";
export * from "./reduce";
export * from "./indexing";

/** The first address behind the constants of this module. */
export function dataEnd(): usize {
  return __heap_base;
}
