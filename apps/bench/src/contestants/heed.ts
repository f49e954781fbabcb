import { parseArgs } from "node:util";
import { heedAdapter } from "../heed/adapter.js";
import { connect } from "../heed/connect.js";
import { serve } from "./serve.js";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    threads: { type: "string", default: "1" },
    simd: { type: "string", default: "auto" },
  },
});

await serve(async () => {
  const { backend, threads, simd } = options;
  if (backend === "cpu") return heedAdapter(await connect({ backend }));
  if (backend === "gpu") return heedAdapter(await connect({ backend, mode: "webgpu" }));
  return heedAdapter(await connect({ backend: "wasm", threads: Number(threads), simd }));
});
