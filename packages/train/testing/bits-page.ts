import { runBits } from "./run-bits.js";

/** What the test calls. */
const page = { runBits };

Object.assign(globalThis, { page });
