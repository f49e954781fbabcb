/** The page's own part: makes an adapter of what it is asked for, and answers requests with it. */
import { answerWith } from "../contestants/answer.js";
import type { Adapter, Description, Reply, Request } from "../contestants/contestant.js";
import { heedAdapter } from "../heed/adapter.js";
import { type BackendChoice, connect } from "../heed/connect.js";
import { gpuJsAdapter, jaxAdapter, tensorFlowAdapter } from "./peers.js";

let answer: ((request: Request) => Promise<Reply>) | undefined;

/** What a page may be asked for: one of heed's backends, or a peer on a device of its own. */
export type PageChoice =
  | BackendChoice
  | { readonly tfjs: "wasm" | "webgpu" | "webgl" }
  | { readonly jax: "webgpu" | "webgl" }
  | { readonly gpuJs: "webgpu" | "webgl2" };

async function start(choice: PageChoice): Promise<Description> {
  const adapter = await adapterOf(choice);
  answer = answerWith(adapter);
  return adapter.describe();
}

async function adapterOf(choice: PageChoice): Promise<Adapter> {
  if ("tfjs" in choice) return await tensorFlowAdapter(choice.tfjs);
  if ("jax" in choice) return await jaxAdapter(choice.jax);
  if ("gpuJs" in choice) return await gpuJsAdapter(choice.gpuJs);
  return heedAdapter(await connect(choice));
}

Object.assign(globalThis, { bench: { start, ask: (request: Request) => answer?.(request) } });
