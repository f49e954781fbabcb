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

await serve(async () => heedAdapter(await connect({ ...options, threads: Number(options.threads) })));
