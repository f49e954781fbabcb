/** The peers that run in a page, through the same adapters as in Node. */
import type { Adapter, Description } from "../contestants/contestant.js";

/** What a script tag of TensorFlow.js leaves behind, as far as it matters here. */
interface TensorFlow extends Record<string, unknown> {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  readonly wasm?: { setWasmPaths(folder: string): void; getThreadsCount(): number };
  readonly version: { readonly tfjs: string };
}

const tensorFlowScripts = {
  wasm: ["tfjs-backend-wasm/dist/tf-backend-wasm.min.js"],
  webgpu: ["tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js"],
  webgl: [],
};

/** TensorFlow.js. */
export async function tensorFlowAdapter(backend: keyof typeof tensorFlowScripts): Promise<Adapter> {
  for (const script of ["tfjs/dist/tf.min.js", ...tensorFlowScripts[backend]]) {
    await addScript(`/modules/@tensorflow/${script}`);
  }
  const { tf } = globalThis as { tf?: TensorFlow };
  if (!tf) throw new Error("TensorFlow.js did not load");
  tf.wasm?.setWasmPaths("/modules/@tensorflow/tfjs-backend-wasm/dist/");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend "${backend}"`);
  await tf.ready();
  const threads = backend === "wasm" ? { threads: tf.wasm!.getThreadsCount() } : {};
  const { tfjsAdapter } = await load<{ tfjsAdapter(tf: unknown, description: Description): Adapter }>(
    "/peers/tfjs/adapter.mjs",
  );
  return tfjsAdapter(tf, { versions: { "@tensorflow/tfjs": tf.version.tfjs }, details: { backend, ...threads } });
}

/** jax-js. */
export async function jaxAdapter(device: "webgpu" | "webgl"): Promise<Adapter> {
  const jax = await load<{ init(device: string): Promise<string[]>; defaultDevice(device: string): void }>(
    "/modules/@jax-js/jax/dist/index.js",
  );
  if (!(await jax.init(device)).includes(device)) throw new Error(`jax-js could not start its backend ${device}`);
  jax.defaultDevice(device);
  const adapter = await load<{
    jaxAdapter(jax: unknown, description: Description): Adapter;
  }>("/peers/jax-js/adapter.mjs");
  const version = await versionOf("@jax-js/jax");
  const description = { versions: { "@jax-js/jax": version }, details: { backend: device } };
  return adapter.jaxAdapter(jax, description);
}

/** gpu.js by itself. */
export async function gpuJsAdapter(mode: "webgpu" | "webgl2"): Promise<Adapter> {
  await addScript("/modules/gpu.js/dist/gpu-browser.min.js");
  const { GPU } = globalThis as unknown as { GPU: { GPU?: unknown; input?: unknown } };
  const library = GPU.GPU ? GPU : { GPU, input: GPU.input };
  const adapter = await load<{ gpuJsAdapter(library: unknown, description: Description, mode: string): Adapter }>(
    "/peers/gpu-js/adapter.mjs",
  );
  const version = await versionOf("gpu.js");
  return adapter.gpuJsAdapter(library, { versions: { "gpu.js": version }, details: { mode } }, mode);
}

async function load<T>(path: string): Promise<T> {
  return (await import(path)) as T;
}

async function versionOf(name: string): Promise<string> {
  const { version } = (await (await fetch(`/modules/${name}/package.json`)).json()) as { version: string };
  return version;
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
