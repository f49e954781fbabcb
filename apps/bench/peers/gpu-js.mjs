// gpu.js without a GPU as a contestant: `node gpu-js.mjs webasm|cpu`.
import { createRequire } from "node:module";
import { serve } from "../dist/serve.js";
import { gpuJsAdapter } from "./gpu-js/adapter.mjs";

const require = createRequire(import.meta.url);

await serve(async () => {
  const { version } = require("gpu.js/package.json");
  const mode = process.argv[2] ?? "webasm";
  return gpuJsAdapter(require("gpu.js"), { versions: { "gpu.js": version }, details: { mode } }, mode);
});
