import { Random } from "@heed/core";
import {
  concat,
  cpu,
  Draw,
  mul,
  Parameter,
  parseLegend,
  sum,
  type Tensor,
  tensor,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { beforeAll, describe, test } from "vitest";
import { Attention } from "../attention.js";
import { findScorer } from "../find-by-name.js";
import { makeMask } from "../mask.js";
import { paddingMask } from "../masks/padding-mask.js";
import { softmax } from "../normalizers/softmax.js";
import type { Scorer } from "../scorer.js";

/** Axes of everything below; the second sentence has two keys, the others are padding. */
const [b, q, k, d, heads, radius, maxKeys] = [2, 3, 5, 6, 3, 1, 7];
const sentences = [5, 2];

type Vector = readonly number[];
type Matrix = readonly Vector[];

/** What an equation may use. */
interface Known {
  /** The query. */
  readonly s: Vector;
  /** The keys. */
  readonly h: Matrix;
  /** A parameter, as a matrix; one of a single axis has one row. */
  readonly p: (name: string) => Matrix;
  /** Position of the query. */
  readonly t: number;
  /** Length of the sentence. */
  readonly S: number;
  /** The weights of the queries before, the first one first. */
  readonly before: Matrix;
}

interface Equation {
  /** The score of key j, for head i. */
  readonly score: (known: Known, j: number, i: number) => number;
  /** Whether key j stands in the window. */
  readonly within?: (known: Known, j: number) => boolean;
}

const dot = (x: Vector, y: Vector): number => x.reduce((total, value, i) => total + value * y[i]!, 0);
/** Wᵀ x, as parameters are stored `[in, out]`. */
const through = (W: Matrix, x: Vector): number[] =>
  W[0]!.map((_, column) => W.reduce((total, row, i) => total + row[column]! * x[i]!, 0));
const plus = (...vectors: Vector[]): number[] =>
  vectors[0]!.map((_, i) => vectors.reduce((total, each) => total + each[i]!, 0));
const bend = (x: Vector): number[] => x.map(Math.tanh);
const bilinearForm = (s: Vector, W: Matrix, h: Vector): number => {
  let total = 0;
  for (let row = 0; row < s.length; row++)
    for (let column = 0; column < h.length; column++) total += s[row]! * W[row]![column]! * h[column]!;
  return total;
};
/** Luong et al., eq. 9: p = S · sigmoid(vᵀ tanh(W s)). */
const predicted = ({ s, p, S }: Known): number =>
  S / (1 + Math.exp(-dot(through(p("v"), bend(through(p("U"), s))), [1])));

/** Each score as its paper has it. */
const equations: Readonly<Record<string, Equation>> = {
  additive: {
    score: ({ s, h, p }, j) => dot(p("v")[0]!, bend(plus(through(p("W"), s), through(p("U"), h[j]!)))),
  },
  bilinear: {
    score: ({ s, h, p }, j) => {
      const W = p("W");
      const [rows, last] = [W.slice(0, -1), W.at(-1)!];
      const u = rows.map((row) => row.at(-1)!);
      return bilinearForm(s, rows, h[j]!) + dot(u, s) + dot(last.slice(0, -1), h[j]!) + last.at(-1)!;
    },
  },
  concat: {
    score: ({ s, h, p }, j) => dot(p("v")[0]!, bend(through(p("W"), [...s, ...h[j]!]))),
  },
  cosine: {
    score: ({ s, h, p }, j) =>
      (Math.exp(p("beta")[0]![0]!) * dot(s, h[j]!)) / (Math.hypot(...s) * Math.hypot(...h[j]!)),
  },
  coverage: {
    score: ({ s, h, p, before }, j) => {
      const covered = before.reduce((total, weights) => total + weights[j]!, 0);
      const share = p("w")[0]!.map((w) => w * covered);
      return dot(p("v")[0]!, bend(plus(through(p("W"), s), through(p("U"), h[j]!), share, p("b")[0]!)));
    },
  },
  dot: { score: ({ s, h }, j) => dot(s, h[j]!) },
  general: { score: ({ s, h, p }, j) => bilinearForm(s, p("W"), h[j]!) },
  "local-m": {
    score: ({ s, h, p }, j) => bilinearForm(s, p("W"), h[j]!),
    within: ({ t, S }, j) => Math.abs(j - Math.min(t, S - 1)) <= radius,
  },
  "local-p": {
    score: (known, j) => {
      const { s, h, p } = known;
      const sigma = radius / 2;
      return bilinearForm(s, p("W"), h[j]!) - (j - predicted(known)) ** 2 / (2 * sigma ** 2);
    },
    within: (known, j) => Math.abs(j - Math.min(predicted(known), known.S - 1)) <= radius,
  },
  location: { score: ({ s, p }, j) => through(p("W"), s)[j]! },
  "location-sensitive": {
    score: ({ s, h, p, before }, j) => {
      const previous = before.at(-1) ?? [];
      const features = p("F")[0]!.map((_, filter) => {
        let total = 0;
        for (let r = -radius; r <= radius; r++) total += p("F")[r + radius]![filter]! * (previous[j + r] ?? 0);
        return total;
      });
      const inner = plus(through(p("W"), s), through(p("U"), h[j]!), through(p("V"), features), p("b")[0]!);
      return dot(p("v")[0]!, bend(inner));
    },
  },
  "multi-head": {
    score: ({ s, h, p }, j, i) => {
      const width = d / heads;
      const part = (x: Vector): Vector => x.slice(i * width, (i + 1) * width);
      return dot(part(through(p("Wq"), s)), part(through(p("Wk"), h[j]!))) / Math.sqrt(width);
    },
  },
  "scaled-dot": { score: ({ s, h }, j) => dot(s, h[j]!) / Math.sqrt(s.length) },
};

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

function matrix({ shape, values }: Numbers): number[][] {
  const width = shape.at(-1)!;
  return Array.from({ length: values.length / width }, (_, i) => [...values.slice(i * width, (i + 1) * width)]);
}

/** Scores and weights of every head, query and key, in plain loops: `[b, h, q, k]`, flat. */
function evaluate({ score, within }: Equation, known: Readonly<Record<string, Numbers>>, parts: number) {
  const matrices = new Map(Object.entries(known).map(([name, numbers]) => [name, matrix(numbers)]));
  const p = (name: string): Matrix => matrices.get(name)!;
  const [queries, keys] = [p("query"), p("keys")];
  const [scores, weights]: [number[], number[]] = [[], []];
  for (let sentence = 0; sentence < b; sentence++) {
    for (let i = 0; i < parts; i++) {
      const before: number[][] = [];
      for (let t = 0; t < q; t++) {
        const h = keys.slice(sentence * k, (sentence + 1) * k);
        const at: Known = { s: queries[sentence * q + t]!, h, p, t, S: sentences[sentence]!, before };
        const row = h.map((_, j) => score(at, j, i));
        const open = h.map((_, j) => j < at.S && (within?.(at, j) ?? true));
        const exponentials = row.map((e, j) => (open[j] ? Math.exp(e) : 0));
        const total = exponentials.reduce((a, e) => a + e, 0);
        before.push(exponentials.map((e) => e / total));
        scores.push(...row);
        weights.push(...before.at(-1)!);
      }
    }
  }
  return { scores, weights };
}

/** The scorer within attention, which keeps what it says. */
function build(scorer: Scorer) {
  const [query, keys] = parseLegend(scorer.shapes).inputs.map(({ axes }) => axes.at(-1)?.name);
  const [dq, dk] = query === keys ? [4, 4] : [4, 5];
  const said: Tensor[] = [];
  const attention = new Attention({
    scorer,
    querySize: dq,
    keySize: dk,
    attentionSize: d,
    valueSize: heads,
    heads,
    radius,
    maxKeys,
    normalizer: {
      ...softmax,
      normalize: (scores, mask) => {
        said.push(scores);
        return softmax.normalize(scores, mask);
      },
    },
    random: new Random(8),
  });
  const draw = new Draw(9);
  const inputs = { query: new Parameter(draw.randn(b, q, dq)), keys: new Parameter(draw.randn(b, k, dk)) };
  const lengths = tensor(Int32Array.from(sentences));
  const mask = makeMask(paddingMask, { keys: k, lengths });
  const values = draw.randn(b, k, heads);
  const run = () => {
    said.length = 0;
    const memory = attention.prepare(inputs.keys, { values, mask, lengths });
    const attended = attention.forward(inputs.query, memory);
    return { weights: attended.heads ?? attended.weights, scores: concat([...said], { axis: -2 }) };
  };
  const learned: Record<string, Parameter> = { ...inputs, ...attention.scorer };
  return { run, learned, draw };
}

async function read(learned: Record<string, Parameter>): Promise<Record<string, Numbers>> {
  const entries = Object.entries(learned).map(async ([name, parameter]) => {
    return [name, { shape: parameter.shape, values: Float64Array.from(await parameter.data()) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

beforeAll(() => use(cpu({ precision: "f64" })));

describe("a scorer is its paper's equation", () => {
  for (const [name, equation] of Object.entries(equations)) {
    const scorer = findScorer(name);
    const parts = scorer.name === "multi-head" ? heads : 1;

    test(`${scorer.name}: scores and weights`, async () => {
      const { run, learned } = build(scorer);
      const expected = evaluate(equation, await read(learned), parts);
      const actual = run();
      assertClose("scores", await toHost(actual.scores), host(expected.scores, actual.scores.shape), 1e-12);
      assertClose("weights", await toHost(actual.weights), host(expected.weights, actual.weights.shape), 1e-12);
    });

    test(`${scorer.name}: gradients`, async () => {
      const { run, learned, draw } = build(scorer);
      const known = await read(learned);
      const { shape } = run().scores;
      const cotangent = draw.randn(...shape);
      const weigh = Array.from(await cotangent.data());
      const { gradients } = valueAndGrad(() => sum(mul(run().scores, cotangent)), Object.values(learned));
      for (const [index, [name, { shape, values }]] of Object.entries(known).entries()) {
        const slope = (at: number): number => {
          const [above, below] = [1e-5, -1e-5].map((step) => {
            const moved = { ...known, [name]: { shape, values: values.with(at, values[at]! + step) } };
            return dot(evaluate(equation, moved, parts).scores, weigh);
          });
          return (above! - below!) / 2e-5;
        };
        const expected = Float64Array.from(values, (_, at) => slope(at));
        const gradient = gradients[index];
        const actual = gradient ? await toHost(gradient) : host(new Float64Array(values.length), shape);
        assertClose(`gradient for ${name}`, actual, host(expected, shape), 1e-7);
      }
    });
  }
});
