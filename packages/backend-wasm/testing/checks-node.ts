import { setFlagsFromString } from "node:v8";
import { type Certificate, certify } from "./certify.js";

/** What this script writes, as JSON, when it is given a number of threads. */
export interface NodeCertificate extends Certificate {
  /** The version of Node that it ran on. */
  readonly node: string;
}

// Compiled for speed at the first call: in a hurry, the engine compiles to something else, which nobody waits for.
setFlagsFromString("--no-liftoff");

const made = await certify({ simd: "128", threads: Number(process.argv[2]) });
const certificate: NodeCertificate = { ...made, node: process.versions.node };
process.stdout.write(JSON.stringify(certificate));
