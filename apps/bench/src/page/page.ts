/** The page's own part: makes an adapter of what it is asked for, and answers requests with it. */
import { answerWith } from "../contestants/answer.js";
import type { Adapter, Description, Reply, Request } from "../contestants/contestant.js";
import { heedAdapter } from "../heed/adapter.js";
import { type BackendChoice, connect } from "../heed/connect.js";

let answer: ((request: Request) => Promise<Reply>) | undefined;

/** What a script tag of TensorFlow.js leaves behind, as far as it matters here. */
interface TensorFlowGlobals {
  tf?: { setBackend(name: string): Promise<boolean>; ready(): Promise<void>; wasm: TensorFlowWasm } & Record<
    string,
    unknown
  >;
}
interface TensorFlowWasm {
  setWasmPaths(folder: string): void;
  getThreadsCount(): number;
}

/** @param choice - one of heed's backends, or `{ tfjs: "wasm" }` */
async function start(choice: BackendChoice | { tfjs: string }): Promise<Description> {
  const adapter = "tfjs" in choice ? await startTensorFlow(choice.tfjs) : heedAdapter(await connect(choice));
  answer = answerWith(adapter);
  return adapter.describe();
}

async function startTensorFlow(backend: string): Promise<Adapter> {
  await addScript("/modules/@tensorflow/tfjs/dist/tf.min.js");
  await addScript("/modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js");
  const { tf } = globalThis as TensorFlowGlobals;
  if (!tf) throw new Error("TensorFlow.js did not load");
  tf.wasm.setWasmPaths("/modules/@tensorflow/tfjs-backend-wasm/dist/");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend "${backend}"`);
  await tf.ready();
  const module = "/peers/tfjs/adapter.mjs";
  const { tfjsAdapter } = (await import(module)) as { tfjsAdapter(tf: unknown, description: Description): Adapter };
  const { tfjs } = tf.version as { tfjs: string };
  const threads = backend === "wasm" ? tf.wasm.getThreadsCount() : 1;
  return tfjsAdapter(tf, { versions: { "@tensorflow/tfjs": tfjs }, details: { backend, threads } });
}

function addScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${src} cannot be loaded: are the peers installed?`));
    document.head.append(script);
  });
}

Object.assign(globalThis, { bench: { start, ask: (request: Request) => answer?.(request) } });
