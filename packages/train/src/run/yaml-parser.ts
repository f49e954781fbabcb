/** A file of its own: bundlers resolve the names of a CommonJS package in static imports only. */
export { parseDocument } from "yaml";
