import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PageChoice } from "../page/page.js";
import type { ContestantPlan } from "./contestant-link.js";
import { startProcess } from "./start-process.js";

export interface ContestantOptions {
  /** The Node that runs what is JavaScript. */
  readonly node: string;
  /** How heed may compute: `auto`, `128` or `256` bits at a time. */
  readonly simd: string;
  /** The Python to look for PyTorch in; default: every `python3` of the PATH. */
  readonly python?: string | undefined;
  /** Whether pages compute on the graphics card, or on SwiftShader in its place; `none`: nothing computes on one. */
  readonly gpu: "none" | "hardware" | "software";
}

const dist = fileURLToPath(new URL("./", import.meta.url));

/** The folder of the peers: their adapters, and what npm installs for them. */
export const peersFolder = fileURLToPath(new URL("../peers/", import.meta.url));

/** Everything that can take part, heed first. */
export function allContestants({ node, simd, python, gpu }: ContestantOptions): ContestantPlan[] {
  const cores = availableParallelism();
  const threadCounts = cores > 1 ? [1, cores] : [1];
  const script =
    (file: string, ...args: string[]) =>
    () =>
      startProcess({ command: node, args: [file, ...args] });
  const peer = (id: string, label: string, file: string, ...args: string[]): ContestantPlan => ({
    id,
    label,
    threads: 1,
    start: script(join(peersFolder, file), ...args),
  });
  return [
    ...threadCounts.map((threads) => ({
      id: `heed-${threads}`,
      label: `heed, ${plural(threads)}`,
      threads,
      start: script(join(dist, "heed.js"), "--threads", `${threads}`, "--simd", simd),
    })),
    {
      id: "heed-cpu",
      label: "heed, reference",
      threads: 1,
      start: script(join(dist, "heed.js"), "--backend", "cpu"),
    },
    ...threadCounts.map((threads) => ({
      id: `torch-${threads}`,
      label: `PyTorch, ${plural(threads)}`,
      threads,
      start: () => startTorch(threads, python),
    })),
    peer("tfjs-wasm", "TensorFlow.js, wasm", "tfjs.mjs", "wasm"),
    peer("tfjs-cpu", "TensorFlow.js, cpu", "tfjs.mjs", "cpu"),
    peer("jax-js", "jax-js, wasm", "jax-js.mjs"),
    peer("js-pytorch", "js-pytorch, cpu", "js-pytorch.mjs"),
    peer("gpu-webasm", "gpu.js, webasm", "gpu-js.mjs", "webasm"),
    peer("gpu-cpu", "gpu.js, cpu", "gpu-js.mjs", "cpu"),
    ...threadCounts.map((threads) =>
      inChromium(`heed-${threads}`, `heed in Chromium, ${plural(threads)}`, { backend: "wasm", threads, simd: "auto" }),
    ),
    inChromium("tfjs-wasm", "TensorFlow.js in Chromium, wasm", { tfjs: "wasm" }),
    ...(gpu === "none" ? [] : graphicsContestants(gpu, script(join(dist, "heed.js"), "--backend", "gpu"))),
  ];
}

/** Those that compute on a graphics card. */
function graphicsContestants(gpu: "hardware" | "software", inNode: ContestantPlan["start"]): ContestantPlan[] {
  const page = (name: string, label: string, choice: PageChoice) => inChromium(name, label, choice, gpu);
  return [
    { id: "heed-gpu", label: "heed in Node, WebGPU", threads: 1, start: inNode },
    page("heed-webgpu", "heed, WebGPU", { backend: "gpu", mode: "webgpu" }),
    page("heed-webgl2", "heed, WebGL2", { backend: "gpu", mode: "webgl2" }),
    page("gpu-webgpu", "gpu.js, WebGPU", { gpuJs: "webgpu" }),
    page("gpu-webgl2", "gpu.js, WebGL2", { gpuJs: "webgl2" }),
    page("tfjs-webgpu", "TensorFlow.js, WebGPU", { tfjs: "webgpu" }),
    page("tfjs-webgl", "TensorFlow.js, WebGL", { tfjs: "webgl" }),
    page("jax-js-webgpu", "jax-js, WebGPU", { jax: "webgpu" }),
  ];
}

/** A page of its own browser. */
function inChromium(
  name: string,
  label: string,
  choice: PageChoice,
  card: ContestantOptions["gpu"] = "none",
): ContestantPlan {
  const args = [join(dist, "chromium.js"), JSON.stringify(choice), card];
  return {
    id: `chromium-${name}`,
    label,
    threads: "threads" in choice ? choice.threads : 1,
    start: () => startProcess({ command: process.execPath, args }),
  };
}

/** The machine's own limits, measured like a contestant. */
export function limitContestants(node: string): ContestantPlan[] {
  const cores = availableParallelism();
  return (cores > 1 ? [1, cores] : [1]).map((threads) => ({
    id: `limit-${threads}`,
    label: `limit, ${plural(threads)}`,
    threads,
    start: () => startProcess({ command: node, args: [join(dist, "limit.js"), "--threads", `${threads}`] }),
  }));
}

/** The first Python that has PyTorch; the absence of the last one says why there is none. */
async function startTorch(threads: number, python: string | undefined) {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "python3"));
  const candidates = python ? [python] : [...new Set(["python3", ...onPath])];
  let absent = "there is no python3";
  for (const command of candidates) {
    const link = await startProcess({
      command,
      args: [join(peersFolder, "pytorch.py"), `${threads}`],
      // A BLAS with threads of its own does not listen to torch.set_num_threads.
      env: { OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` },
    });
    if (!("absent" in link)) return link;
    if (!link.absent.includes("ENOENT")) ({ absent } = link);
  }
  return { absent };
}

function plural(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
