import { Attention, type AttentionMemory, type Scorer, softmax } from "@heed/attention";
import { Random } from "@heed/core";
import { type Backend, cpu, noGrad, randomUniform, scope, use } from "@heed/tensor";
import { median } from "d3-array";

/** At which sizes costs are told: sentences, source tokens, and the width of queries, keys and attention. */
export const costSizes = { sentences: 32, tokens: 20, width: 128, heads: 4 } as const;

/** Work for one sentence; a multiply-add is one. */
export interface Work {
  /** Multiply-adds of matrix products. */
  readonly products: number;
  /** Operations on single numbers: sums, tanh, exp. */
  readonly others: number;
}

/** What attention with a scorer and softmax costs, the context included. */
export interface AttentionCost {
  /** Once a source sentence. */
  readonly prepare: Work;
  /** For each target token. */
  readonly step: Work;
  /** Milliseconds for one target token of all sentences, on the backend in use; the median of many. */
  readonly stepMs: number;
}

/** Counts the work on a backend of its own, and measures the time on the one in use, which it leaves in use. */
export async function attentionCost(scorer: Scorer, backend: Backend): Promise<AttentionCost> {
  const counter = countingBackend();
  await use(counter.backend);
  let counted: Pick<AttentionCost, "prepare" | "step">;
  try {
    const { attention, keys, query } = setUp(scorer, 1);
    const prepare = counter.during(() => attention.prepare(keys));
    const memory = attention.prepare(keys);
    counted = { prepare, step: counter.during(() => attention.forward(query, memory)) };
  } finally {
    await use(backend);
  }
  return { ...counted, stepMs: await measureStep(scorer) };
}

async function measureStep(scorer: Scorer): Promise<number> {
  const { attention, keys, query } = scope(() => setUp(scorer, costSizes.sentences));
  const memory: AttentionMemory = scope(() => noGrad(() => attention.prepare(keys)));
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const started = performance.now();
    const context = scope(() => noGrad(() => attention.forward(query, memory).context));
    await context.data();
    times.push(performance.now() - started);
    context.dispose();
  }
  attention.dispose();
  // The first ones are slower: the engine is still compiling.
  return median(times.slice(20))!;
}

function setUp(scorer: Scorer, sentences: number) {
  const { tokens, width, heads } = costSizes;
  const random = new Random(0);
  const attention = new Attention({
    scorer,
    querySize: width,
    keySize: width,
    heads,
    normalizer: softmax,
    random,
  }).eval();
  const keys = randomUniform([sentences, tokens, width], random, -1, 1);
  const query = randomUniform([sentences, 1, width], random, -1, 1);
  return { attention, keys, query };
}

/** The reference backend, counting what its kernels do. */
function countingBackend(): { readonly backend: Backend; during(work: () => unknown): Work } {
  const base = cpu();
  const counts = { products: 0, others: 0 };
  const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
  const backend: Backend = Object.create(base, {
    name: { value: "counting" },
    matmul: {
      value: (...[a, b, shape, transposed]: Parameters<Backend["matmul"]>) => {
        counts.products += size(shape) * a.shape.at(transposed.a ? -2 : -1)!;
        return base.matmul(a, b, shape, transposed);
      },
    },
    unary: {
      value: (...[kernel, x]: Parameters<Backend["unary"]>) => {
        counts.others += size(x.shape);
        return base.unary(kernel, x);
      },
    },
    binary: {
      value: (...[kernel, a, b, shape]: Parameters<Backend["binary"]>) => {
        counts.others += size(shape);
        return base.binary(kernel, a, b, shape);
      },
    },
    reduce: {
      value: (...[kernel, x, axes]: Parameters<Backend["reduce"]>) => {
        counts.others += size(x.shape);
        return base.reduce(kernel, x, axes);
      },
    },
  });
  return {
    backend,
    during(work) {
      const before = { ...counts };
      noGrad(work);
      return { products: counts.products - before.products, others: counts.others - before.others };
    },
  };
}
