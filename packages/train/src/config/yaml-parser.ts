/** A file of its own: bundlers resolve the names of a CommonJS package in static imports only. */
export { isMap, isNode, isScalar, isSeq, LineCounter, Parser, parseDocument } from "yaml";
