import { describe, expect, test } from "vitest";
import {
  cpu,
  Draw,
  entmax15,
  mul,
  type Op,
  Parameter,
  scope,
  sparsemax,
  sum,
  type Tensor,
  tensor,
  use,
  valueAndGrad,
} from "./index.js";
import { assertClose, host } from "./testing/index.js";

type Row = readonly number[];
type Attends = readonly boolean[];

/**
 * weights = max((α − 1) z − τ, 0)^(1 / (α − 1)), with τ halved out until they sum to 1: nothing is sorted, and no support
 * asked for. `margin` is how far the nearest score lies from τ.
 */
function byBisection(scores: Row, attends: Attends, alpha: number): { weights: number[]; margin: number } {
  const used = scores.filter((_, j) => attends[j]);
  if (used.length === 0) return { weights: scores.map(() => 0), margin: 1 };
  const top = (alpha - 1) * Math.max(...used);
  const heights = scores.map((score, j) => (attends[j] ? (alpha - 1) * score - top : Number.NEGATIVE_INFINITY));
  const weigh = (threshold: number): number[] =>
    heights.map((height) => (height > threshold ? (height - threshold) ** (1 / (alpha - 1)) : 0));
  let [low, high] = [-1, 0];
  for (let turn = 0; turn < 200; turn++) {
    const middle = (low + high) / 2;
    if (weigh(middle).reduce((total, weight) => total + weight, 0) >= 1) low = middle;
    else high = middle;
  }
  return { weights: weigh(low), margin: Math.min(...heights.map((height) => Math.abs(height - low))) };
}

/** d(weights · g) / d(scores) = s ⊙ (g − Σ s g / Σ s) with s = weights^(2 − α) on the support (Peters et al., eq. 14). */
function gradientOf(weights: Row, g: Row, alpha: number): number[] {
  const s = weights.map((weight) => (weight > 0 ? weight ** (2 - alpha) : 0));
  const total = s.reduce((sum, entry) => sum + entry, 0);
  if (total === 0) return s;
  const mean = s.reduce((sum, entry, j) => sum + entry * g[j]!, 0) / total;
  return s.map((entry, j) => entry * (g[j]! - mean));
}

/** Compares a row with what it should be, to an allowed difference. */
function expectNear(what: string, actual: ArrayLike<number>, expected: Row, tolerance: number): void {
  const shape = [expected.length];
  assertClose(what, host(Array.from(actual), shape), host(expected, shape), tolerance);
}

const everything = (row: Row): Attends => row.map(() => true);

/** Rows of random scores of many sizes, spreads and masks; some have equal scores, some nothing to attend. */
function randomRows(): { scores: Row; attends: Attends }[] {
  const { random } = new Draw(3);
  return Array.from({ length: 120 }, (_, index) => {
    const spread = [0.01, 0.3, 1, 3, 100, 1e4][index % 6]!;
    const length = 1 + Math.floor(random.uniform() * 30);
    const levels = index % 4 === 0 ? 4 : 4_096;
    const scores = Array.from({ length }, () => (Math.round((2 * random.uniform() - 1) * levels) / levels) * spread);
    return { scores, attends: scores.map(() => index % 3 === 0 || random.uniform() < 0.7) };
  });
}

async function run(
  op: Op<[Tensor, Tensor | null]>,
  { scores, attends }: { scores: Row; attends: Attends },
  g: Row,
): Promise<{ weights: number[]; gradient: number[] }> {
  const shape = [1, scores.length];
  const x = new Parameter(tensor([scores]));
  const mask = attends.every(Boolean) ? null : tensor([attends]);
  const cotangent = tensor([g]);
  const weights = scope(() => op(x, mask));
  const { gradients } = scope(() => valueAndGrad(() => sum(mul(op(x, mask), cotangent)), [x]));
  expect(gradients[0]!.shape).toEqual(shape);
  return { weights: [...(await weights.data())], gradient: [...(await gradients[0]!.data())] };
}

describe.each([
  { op: sparsemax, alpha: 2, known: [0, 0.25, 0.75], exactness: 1e-12 },
  { op: entmax15, alpha: 1.5, known: [0, 0.326, 0.674], exactness: 5e-5 },
])("$op.opName", ({ op, alpha, known, exactness }) => {
  test("gives the known weights of [-2, 0, 0.5]", async () => {
    await use(cpu({ precision: "f64" }));
    const weights = await op(tensor([[-2, 0, 0.5]]), null).data();
    expectNear("weights", weights, known, exactness);
  });

  test.each([
    ["f64", 1e-13],
    ["f32", 5e-7],
  ] as const)("weights and gradients are those of a bisection, in %s", async (precision, tolerance) => {
    await use(cpu({ precision }));
    const { random } = new Draw(5);
    let compared = 0;
    for (const row of randomRows()) {
      // What a backend in f32 is given, so that rounding the scores makes no difference.
      const scores = row.scores.map(Math.fround);
      const g = scores.map(() => random.uniform() - 0.5);
      const { weights, gradient } = await run(op, { ...row, scores }, g);
      const expected = byBisection(scores, row.attends, alpha);
      const what = `${op.opName} of ${JSON.stringify({ ...row, scores })}`;
      expectNear(what, weights, expected.weights, tolerance);
      expect(weights.every((weight, j) => weight >= 0 && (row.attends[j] || weight === 0))).toBe(true);
      // Sparsemax has a gradient on each side of τ, and rounding chooses: see below.
      if (alpha === 2 && expected.margin < 1e-5) continue;
      compared++;
      expectNear(`gradient of ${what}`, gradient, gradientOf(expected.weights, g, alpha), 10 * tolerance);
    }
    expect(compared).toBeGreaterThan(100);
  });

  test("equal scores share alike, and so does their gradient", async () => {
    await use(cpu({ precision: "f64" }));
    const scores = [0.3, -0.1, 0.3, -0.1, -5];
    const g = [1, 0, 0, 2, 7];
    const { weights, gradient } = await run(op, { scores, attends: everything(scores) }, g);
    expect(weights[0]).toBe(weights[2]);
    expect(weights[1]).toBe(weights[3]);
    expect(weights[4]).toBe(0);
    const slopes = gradientOf(byBisection(scores, everything(scores), alpha).weights, g, alpha);
    expectNear("gradient", gradient, slopes, 1e-10);
  });

  test("one key has weight 1 and no gradient, whatever its score", async () => {
    for (const precision of ["f32", "f64"] as const) {
      await use(cpu({ precision }));
      for (const score of [0, -3, 1e4, -1e30]) {
        const { weights, gradient } = await run(op, { scores: [score], attends: [true] }, [5]);
        expect(weights).toEqual([1]);
        expect(gradient[0]).toBeCloseTo(0, 5);
      }
    }
  });

  test("a row with nothing to attend is 0, beside one that is not, and passes no gradient", async () => {
    await use(cpu());
    const x = new Parameter(tensor([1, 2, 3, 1, 1, 0.5]).reshape(2, 3));
    const mask = tensor([false, false, false, true, true, false]).reshape(2, 3);
    const g = tensor([1, 2, 3]);
    const weights = await op(x, mask).data();
    expectNear("weights", weights, [0, 0, 0, 0.5, 0.5, 0], 1e-6);
    expect([...weights].filter((weight) => weight === 0)).toHaveLength(4);
    const { gradients } = scope(() => valueAndGrad(() => sum(mul(op(x, mask), g)), [x]));
    const gradient = [...(await gradients[0]!.data())];
    expect(gradient.slice(0, 3)).toEqual([0, 0, 0]);
    expect(gradient[5]).toBe(0);
    expect(gradient[3]).toBeCloseTo(-gradient[4]!, 6);
    expect(gradient[4]).toBeGreaterThan(0.1);
  });

  test("masked scores may be anything, −∞ included, and what cannot be weighed is told", async () => {
    await use(cpu());
    const scores = tensor([[1e30, 0, 0.2, Number.NEGATIVE_INFINITY]]);
    const weights = await op(scores, tensor([[false, true, true, true]])).data();
    const { weights: expected } = byBisection([0, 0.2], [true, true], alpha);
    expectNear("weights", weights, [0, ...expected, 0], 1e-6);
    const broken = await op(tensor([[0, Number.NaN, 1]]), null).data();
    expect([...broken].some(Number.isNaN)).toBe(true);
  });

  test("adding the same to every score of a row changes nothing", async () => {
    await use(cpu());
    const scores = [0.25, -0.5, 0.75, 0.125];
    const alone = await op(tensor([scores]), null).data();
    for (const shift of [1_024, -65_536]) {
      expect(await op(tensor([scores.map((score) => score + shift)]), null).data()).toEqual(alone);
    }
  });

  test("many rows at once are each by itself, with a mask that is repeated", async () => {
    await use(cpu({ precision: "f64" }));
    const scores = new Draw(11).randn(2, 3, 7);
    const attends = [true, true, false, true, true, false, true];
    const weights = await op(scores, tensor([attends])).data();
    const values = [...(await scores.data())];
    for (let row = 0; row < 6; row++) {
      const { weights: expected } = byBisection(values.slice(7 * row, 7 * row + 7), attends, alpha);
      expectNear(`row ${row}`, weights.slice(7 * row, 7 * row + 7), expected, 1e-12);
    }
  });

  test("scores must be floats, and the mask must fit", async () => {
    await use(cpu());
    expect(() => op(tensor([[1, 2]], { dtype: "i32" }), null)).toThrow(`${op.opName}: scores is i32`);
    expect(() => op(tensor([[1, 2]]), tensor([[true], [false]]))).toThrow(`${op.opName}: the mask`);
  });
});

// In f32 the last of these lies at τ, or as little above or below it as rounding tells.
const atThreshold: readonly { scores: Row }[] = [
  { scores: [1, 0] },
  { scores: [0.1, -0.9] },
  { scores: [0, -0.3118972182273865, -0.6559485793113708] },
  {
    scores: [
      0, -0.00432597706, -0.0115767587, -0.0209745001, -0.0347620845, -0.0368250981, -0.0328828357, -0.000753403234,
      -0.0281173065, -0.0375570916, -0.120777503,
    ],
  },
];

test.each(atThreshold)(
  "sparsemax of a score at the threshold has the gradient of one side: $scores",
  async ({ scores }) => {
    await use(cpu());
    const { random } = new Draw(2);
    const g = scores.map(() => random.uniform());
    const { weights, gradient } = await run(sparsemax, { scores, attends: everything(scores) }, g);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    expectNear("weights", weights, byBisection(scores, everything(scores), 2).weights, 1e-6);
    // From above the last belongs to the support, from below it does not; half of it never does.
    const support = scores.map((_, j) => (j === scores.length - 1 && gradient.at(-1) === 0 ? 0 : 1));
    expectNear("gradient", gradient, gradientOf(support, g, 2), 1e-6);
  },
);
