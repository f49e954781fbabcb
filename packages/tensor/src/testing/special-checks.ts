import { HeedError } from "@heed/core";
import type { Check } from "@heed/core/testing";
import { type AnyOp, type Backend, cpu, Draw, scope, sizeOf, tensor, use } from "../index.js";
import { runSample, type SampleCase, type SampleResult, sampleCases } from "./sample-run.js";

/** How two results are compared; throws. */
type Compare = (name: string, actual: SampleResult, expected: SampleResult) => void;

/** What a special value is, and where it stands in an f32 tensor. */
const specials: Readonly<Record<string, (values: Float32Array, place: number) => void>> = {
  NaN: (values, place) => values.fill(Number.NaN, place, place + 1),
  "∞": (values, place) => values.fill(Number.POSITIVE_INFINITY, place, place + 1),
  "−∞": (values, place) => values.fill(Number.NEGATIVE_INFINITY, place, place + 1),
  "zeros of both signs": (values) =>
    values.fill(0).forEach((_, i) => {
      if (i % 2 === 1) values[i] = -0;
    }),
};

/** Draws tensors of which one, the `target`-th of normal or positive values, is edited. */
class EditedDraw extends Draw {
  /** Sizes of the f32 tensors that were drawn. */
  readonly drawn: number[] = [];
  override readonly randn: Draw["randn"];
  override readonly positive: Draw["positive"];

  constructor(target: number, edit: (values: Float32Array) => void) {
    super(7);
    const draw = (shape: readonly number[], next: () => number) => {
      const values = Float32Array.from({ length: sizeOf(shape) }, next);
      if (this.drawn.push(values.length) - 1 === target && values.length > 0) edit(values);
      return tensor(values, { shape: [...shape] });
    };
    this.randn = (...shape) => draw(shape, () => this.random.normal());
    this.positive = (...shape) => draw(shape, () => 0.5 + 1.5 * this.random.uniform());
  }
}

/** Draws tensors whose axes of one length, and `times` as long, have another length. */
class ResizedDraw extends Draw {
  /** Lengths of all axes that were asked for. */
  readonly lengthsSeen = new Set<number>();
  override readonly randn: Draw["randn"];
  override readonly positive: Draw["positive"];
  override readonly ids: Draw["ids"];
  override readonly lengths: Draw["lengths"];
  override readonly mask: Draw["mask"];
  override readonly nothing: Draw["nothing"];

  constructor(from: number, to: number, times: number) {
    super(7);
    const size = (length: number): number => {
      this.lengthsSeen.add(length);
      return length === from ? to : length === times * from ? times * to : length;
    };
    const own = new Draw(7);
    this.randn = (...shape) => own.randn(...shape.map(size));
    this.positive = (...shape) => own.positive(...shape.map(size));
    this.ids = (limit, ...shape) => own.ids(Math.max(1, size(limit)), ...shape.map(size));
    this.lengths = (longest, sequences) => {
      const [most, count] = [size(longest), size(sequences)];
      return most === 0 ? tensor(new Int32Array(count)) : own.lengths(most, count);
    };
    this.mask = (...shape) => own.mask(...shape.map(size));
    this.nothing = (...shape) => own.nothing(...shape.map(size));
  }
}

/** A variant of a sample and what the reference makes of it. */
interface Variant {
  readonly variant: SampleCase;
  readonly expected: SampleResult;
}

const withArgs = ({ name, op, sample }: SampleCase, what: string, draw: () => Draw): SampleCase => ({
  name: `${name}, ${what}`,
  op,
  sample: Object.create(sample, { args: { value: () => sample.args(draw()) } }) as SampleCase["sample"],
});

/** What the reference computes, or `null` where it refuses the arguments. */
async function onReference(variant: SampleCase): Promise<Variant | null> {
  try {
    return { variant, expected: await runSample(variant) };
  } catch (error) {
    if (error instanceof HeedError) return null;
    throw error;
  }
}

async function withSpecialValues(sampleCase: SampleCase): Promise<Variant[]> {
  const probe = new EditedDraw(-1, () => {});
  scope(() => void sampleCase.sample.args(probe));
  const made: Variant[] = [];
  for (let target = 0; target < probe.drawn.length; target++) {
    for (const [index, [what, edit]] of Object.entries(specials).entries()) {
      const place = (5 * target + 3 * index + 1) % Math.max(1, probe.drawn[target]!);
      const draw = () => new EditedDraw(target, (values) => edit(values, place));
      const variant = await onReference(withArgs(sampleCase, `${what} in tensor ${target + 1}`, draw));
      if (variant) made.push(variant);
    }
  }
  return made;
}

async function withFewElements(sampleCase: SampleCase): Promise<Variant[]> {
  const probe = new ResizedDraw(-1, -1, 1);
  scope(() => void sampleCase.sample.args(probe));
  const made: Variant[] = [];
  for (const length of probe.lengthsSeen) {
    for (const to of [0, 1]) {
      for (const times of [1, 3, 4]) {
        if (length === to || (times > 1 && !probe.lengthsSeen.has(times * length))) continue;
        const what = `axes of ${length} shortened to ${to}${times > 1 ? `, of ${times * length} to ${times * to}` : ""}`;
        const variant = await onReference(withArgs(sampleCase, what, () => new ResizedDraw(length, to, times)));
        if (variant) made.push(variant);
      }
    }
  }
  return made;
}

/** What the reference computes, for all backends that are certified in one program. */
const references = new WeakMap<SampleCase["sample"], Map<string, Promise<Variant[]>>>();

function referenceOf(
  sampleCase: SampleCase,
  kind: string,
  make: (sampleCase: SampleCase) => Promise<Variant[]>,
): Promise<Variant[]> {
  const known = references.get(sampleCase.sample) ?? new Map<string, Promise<Variant[]>>();
  references.set(sampleCase.sample, known);
  const made = known.get(kind) ?? use(cpu()).then(() => make(sampleCase));
  known.set(kind, made);
  return made;
}

/**
 * Checks of each sample where one of its tensors holds NaN, ∞, −∞ or zeros, and where axes are empty or have one element:
 * values and gradients are those of the reference in f32.
 */
export function specialChecks(candidate: () => Promise<Backend>, ops: readonly AnyOp[], compare: Compare): Check[] {
  const run = async (sampleCase: SampleCase, kind: string, make: (sampleCase: SampleCase) => Promise<Variant[]>) => {
    const variants = await referenceOf(sampleCase, kind, make);
    await use(candidate());
    for (const { variant, expected } of variants) compare(variant.name, await runSample(variant), expected);
  };
  return sampleCases(ops).flatMap((sampleCase) => [
    {
      name: `${sampleCase.name}: NaN, infinity and zeros`,
      run: async () => {
        if ((await candidate()).numerics?.nonFinite !== false) await run(sampleCase, "special", withSpecialValues);
      },
    },
    { name: `${sampleCase.name}: none and one element`, run: () => run(sampleCase, "few", withFewElements) },
  ]);
}
