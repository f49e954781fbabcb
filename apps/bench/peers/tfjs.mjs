// TensorFlow.js as a contestant: `node tfjs.mjs wasm|cpu`.
import { createRequire } from "node:module";
import { serve } from "../dist/serve.js";

const require = createRequire(import.meta.url);

await serve(async () => {
  const tf = require("@tensorflow/tfjs");
  const name = process.argv[2] ?? "wasm";
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
  await tf.ready();
  const { tfjsAdapter } = await import("./tfjs/adapter.mjs");
  const threads = name === "wasm" ? wasm.getThreadsCount() : 1;
  return tfjsAdapter(tf, { versions: { "@tensorflow/tfjs": tf.version.tfjs }, details: { backend: name, threads } });
});
