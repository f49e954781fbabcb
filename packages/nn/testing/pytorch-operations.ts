import {
  abs,
  all,
  any,
  argmin,
  cos,
  cumsum,
  flip,
  floor,
  log1p,
  matmul,
  maxWithIndices,
  minWithIndices,
  mul,
  norm,
  oneHot,
  prod,
  round,
  silu,
  sin,
  slice,
  softplus,
  split,
  squeeze,
  std,
  type Tensor,
  tile,
  topK,
  tril,
  triu,
  variance,
} from "@heed/tensor";

type Forward = (inputs: Record<string, Tensor>) => Record<string, Tensor>;

/** What the cases `ops-*` ask of PyTorch, by the names of their outputs. */
export const operations: Readonly<Record<string, Forward>> = {
  "ops-elementwise": ({ x, halves, small }) => ({
    log1p: log1p(abs(x!)),
    "log1p-small": log1p(small!),
    sin: sin(mul(x!, 10)),
    cos: cos(mul(x!, 10)),
    floor: floor(halves!),
    round: round(halves!),
    silu: silu(mul(x!, 5)),
    softplus: softplus(x!),
    "softplus-beta": softplus(x!, { beta: 2.5 }),
    "softplus-halves": softplus(mul(halves!, 100)),
  }),
  "ops-reduce": ({ x, equal, zeros, factors, one, mask }) => ({
    var: variance(x!),
    "var-biased": variance(x!, { axis: [0, 2], correction: 0, keepDims: true }),
    std: std(x!, { axis: 1 }),
    "std-equal": std(equal!, { axis: 1 }),
    "var-one": variance(one!, { axis: 1, correction: 0 }),
    norm: norm(zeros!, { axis: 1 }),
    "norm-1": norm(zeros!, { axis: 1, p: 1 }),
    "norm-inf": norm(zeros!, { axis: 1, p: Number.POSITIVE_INFINITY }),
    "norm-all": norm(x!),
    prod: prod(factors!, { axis: 1 }),
    "prod-all": prod(x!),
    cumsum: cumsum(x!, { axis: 1 }),
    "cumsum-last": cumsum(x!, { axis: -1 }),
    any: any(mask!, { axis: 1 }),
    all: all(mask!, { axis: 1 }),
  }),
  "ops-select": ({ x, ids }) => {
    const [top, topIndices] = topK(x!, { k: 2 });
    const [low, lowIndices] = topK(x!, { k: 3, axis: 1, largest: false });
    const [largest, largestIndices] = maxWithIndices(x!, { axis: 1 });
    const [smallest, smallestIndices] = minWithIndices(x!, { axis: -1, keepDims: true });
    return {
      topk: top,
      "topk-indices": topIndices,
      "topk-smallest": low,
      "topk-smallest-indices": lowIndices,
      max: largest,
      "max-indices": largestIndices,
      min: smallest,
      "min-indices": smallestIndices,
      argmin: argmin(x!, { axis: 0 }),
      "one-hot": oneHot(ids!, { numClasses: 5 }),
    };
  },
  "ops-layout": ({ x, cube }) => {
    const halves = split(x!, { sizes: 2, axis: 1 });
    return {
      "slice-from-end": slice(x!, { axis: 1, start: -3 }),
      "slice-to-end": slice(x!, { axis: 0, start: 1, end: -1 }),
      "slice-step": slice(x!, { axis: 1, start: 1, step: 2 }),
      "slice-backwards": slice(x!, { axis: 1, step: -1 }),
      "slice-backwards-step": slice(x!, { axis: 0, end: 0, step: -2 }),
      flip: flip(cube!, { axis: [0, 2] }),
      tile: tile(x!, { repeats: [2, 1, 3] }),
      "split-0": halves[0]!,
      "split-2": halves[2]!,
      "split-sizes": split(x!, { sizes: [1, 3], axis: 0 })[1]!,
      tril: tril(cube!),
      "tril-above": tril(x!, { diagonal: 1 }),
      triu: triu(cube!, { diagonal: -1 }),
    };
  },
  "ops-matmul-vectors": ({ a, b, left, right }) => {
    const first = (x: Tensor, start: number): Tensor =>
      squeeze(slice(x, { axis: 0, start, end: start + 1 }), { axis: 0 });
    return {
      dot: matmul(a!, b!),
      "matrix-vector": matmul(first(left!, 0), b!),
      "vector-matrix": matmul(a!, first(right!, 1)),
      "batch-vector": matmul(left!, b!),
      "vector-batch": matmul(a!, right!),
    };
  },
};
