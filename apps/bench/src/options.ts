import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly filters: readonly string[];
  /** Beginnings of contestants' ids; undefined: all, none: []. */
  readonly peers: readonly string[] | undefined;
  readonly quick: boolean;
  readonly json: boolean;
  readonly save: string | undefined;
  readonly compare: string | undefined;
  readonly out: string;
  readonly node: string;
  readonly simd: string;
  readonly python: string | undefined;
  readonly rounds: number | undefined;
  readonly reference: boolean;
  readonly chromium: boolean;
  readonly gpu: "none" | "hardware" | "software";
  readonly list: boolean;
  /** Measures the size of a page, and nothing else. */
  readonly size: boolean;
}

export const help = `npm run bench -- [options]

Measures heed beside its peers on this machine: every contestant in a process of its own, checked first, then
in turns (A B C A B C …). Prints a table, and writes results.json and report.html.

  --filter <text>    only the cases whose suite or name contains it; may be given again
                     (matmul, elementwise, softmax, attention, gru, train, decode)
  --peers <a,b>      only these peers: torch, tfjs, jax-js, js-pytorch, gpu; or none
  --quick            a few small cases, a few seconds
  --save <file>      keeps the results, for --compare
  --compare <file>   says what became faster or slower since those results
  --json             prints the results as JSON, and nothing else, on standard output
  --out <folder>     where results.json and report.html go; default runs/bench
  --node <path>      the Node that runs heed and the JavaScript peers; default: this one
  --simd <width>     how heed computes: auto, 128 or 256; default auto
  --python <path>    the Python that has PyTorch; default: the first python3 on the PATH that has it
  --rounds <n>       how many turns each contestant gets; default 7, quick 2
  --chromium         lets heed and TensorFlow.js take part in pages of Chromium, too
  --gpu <card>       lets heed, gpu.js, TensorFlow.js and jax-js take part on the graphics card, in pages of Chromium
                     (and heed in Node, where WebGPU is found): hardware, or software for SwiftShader on the processor
  --reference        lets heed's readable reference backend take part, too
  --list             names the cases
  --size             only measures the size of a page that trains, by package
  --help

JavaScript peers are installed on the first run, from apps/bench/peers, without their install scripts.
`;

/** @throws TypeError for options that are unknown or incomplete */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== "--"),
    options: {
      filter: { type: "string", multiple: true, default: [] },
      peers: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      save: { type: "string" },
      compare: { type: "string" },
      out: { type: "string", default: "runs/bench" },
      node: { type: "string", default: process.execPath },
      simd: { type: "string", default: "auto" },
      python: { type: "string" },
      rounds: { type: "string" },
      chromium: { type: "boolean", default: false },
      gpu: { type: "string", default: "none" },
      reference: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      size: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (!["auto", "128", "256"].includes(values.simd)) {
    throw new TypeError(`--simd takes auto, 128 or 256; got ${values.simd}.`);
  }
  const gpu = (["none", "hardware", "software"] as const).find((card) => card === values.gpu);
  if (!gpu) throw new TypeError(`--gpu takes hardware or software; got ${values.gpu}.`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new TypeError(`--rounds takes a whole number of at least 1; got ${values.rounds}.`);
  }
  const { filter, quick, json, save, compare, out, node, simd, python, reference, chromium, list, size } = values;
  const peers = values.peers?.split(",").filter((name) => name !== "" && name !== "none");
  return {
    filters: filter,
    peers,
    quick,
    json,
    save,
    compare,
    out,
    node,
    simd,
    python,
    rounds,
    reference,
    chromium,
    gpu,
    list,
    size,
  };
}
