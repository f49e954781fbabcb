import { checksOf, withOtherGlobals } from "@heed/core/testing";
import {
  concat,
  expand,
  formatShape,
  full,
  memory as memoryOf,
  scope,
  slice,
  type Tensor,
  tensor,
  use,
} from "@heed/tensor";
import { assertClose, type Check, CheckError, type HostTensor, toHost } from "@heed/tensor/testing";
import { type Mask, type MaskOptions, makeMask } from "../mask.js";
import type { Counts } from "../positions.js";
import { pick } from "./pick.js";
import { inF64, type KitOptions, placesInF32 } from "./precision.js";
import { fits } from "./scorer-properties.js";
import { someLengths } from "./scorer-sizes.js";

/** Queries and keys: one of each, more queries than keys, and keys around the widths of vector instructions. */
const sizes: readonly (readonly [q: number, k: number])[] = [
  [3, 5],
  [1, 1],
  [9, 3],
  [4, 7],
  [1, 8],
  [2, 9],
  [12, 17],
  [35, 33],
  [20, 67],
];

/**
 * The checks that a mask must pass. It says what it is; it is boolean, and broadcasts to `[b, q, k]`; some query may attend
 * to some key of its sentence; each option counts; one query at a time gives what all at once give, also where each sentence
 * starts at a position of its own; padding changes nothing; calls and sentences do not affect each other; nothing leaks.
 *
 * They run at several sizes, with more queries than keys, and sentences of many lengths; in f64, in f32, and on each given
 * backend.
 *
 * @param options.backends - backends on which the checks are repeated, by name
 * @example
 * for (const check of maskChecks(myMask)) test(check.name, check.run);
 */
export function maskChecks(mask: Mask, options: KitOptions = {}): Check[] {
  const properties: Readonly<Record<string, (mask: Mask, q: number, k: number) => Promise<void>>> = {
    "is boolean, and broadcasts to [b, q, k]": checkShape,
    "lets some query attend some key of its sentence": checkOpen,
    "one query at a time equals all at once": checkOneByOne,
    "padding never matters": checkPadding,
    "calls and sentences do not affect each other": checkAlone,
    "nothing leaks": checkLeaks,
  };
  return [
    ...checksOf(mask.name, {
      "says what it is": () => checkDescription(mask),
      "every option counts": () => checkOptions(mask),
    }),
    ...[inF64, ...placesInF32(options)].flatMap((place) => {
      const runAt = (check: (mask: Mask, q: number, k: number) => Promise<void>) => async () => {
        for (const [q, k] of sizes) {
          await use(place.create());
          await check(mask, q, k);
        }
      };
      const runs = Object.entries(properties).map(([property, check]) => [property, runAt(check)]);
      return checksOf(`${mask.name}${place.suffix}`, Object.fromEntries(runs));
    }),
  ];
}

async function checkDescription({ name, summary, options = {} }: Mask): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CheckError(`the name "${name}" must be in kebab case, such as "window".`);
  if (!summary?.trim()) throw new CheckError(`${name}: the summary is empty; say which keys a query may attend.`);
  const odd = Object.entries(options).find(([, value]) => !Number.isFinite(value));
  if (odd) throw new CheckError(`${name}: the default of ${odd[0]} must be a finite number, got ${odd[1]}.`);
}

/** Some other value of each option must give another mask. */
async function checkOptions(mask: Mask): Promise<void> {
  await use(inF64.create());
  const [q, k] = [35, 33];
  const lengths = someLengths(k);
  const made = async (options: MaskOptions): Promise<HostTensor> =>
    toHost(whole(mask, lengths.length, { queries: q, keys: k, lengths: ints(lengths) }, options));
  const own = await made({});
  for (const [name, value] of Object.entries(mask.options ?? {})) {
    const others = await Promise.all([value + 1, value + 2, value * 2, 0, 1].map((other) => made({ [name]: other })));
    if (others.some(({ values }) => Array.from(values).some((each, i) => each !== own.values[i]))) continue;
    throw new CheckError(`the mask does not depend on the option ${name}. Use it, or leave it out.`);
  }
}

async function checkShape(mask: Mask, q: number, k: number): Promise<void> {
  const counts = someLengths(k);
  const made = makeMask(mask, { queries: q, keys: k, lengths: ints(counts) });
  if (made.dtype !== "bool") throw new CheckError(`the mask is ${made.dtype} instead of bool.`);
  const expected = [counts.length, q, k];
  if (made.shape.length !== 3 || !fits(made.shape, expected))
    throw new CheckError(
      `the mask is ${formatShape(made.shape)}, which does not broadcast to [b, q, k] = ${formatShape(expected)}.`,
    );
  const odd = (await made.data()).find((value) => value !== 0 && value !== 1);
  if (odd !== undefined) throw new CheckError(`the mask holds ${odd}; it must hold 0 and 1.`);
}

/** A mask that is false on all keys of a sentence is most likely the wrong way round. */
async function checkOpen(mask: Mask, q: number, k: number): Promise<void> {
  const counts = someLengths(k);
  const values = await whole(mask, counts.length, { queries: q, keys: k, lengths: ints(counts) }).data();
  for (const [row, length] of counts.entries()) {
    // A mask may leave a query without a key, but not every query of a sentence.
    if (q <= 2 || length <= 2) continue;
    const open = Array.from({ length: q * length }, (_, i) => (row * q + Math.floor(i / length)) * k + (i % length));
    if (open.some((at) => values[at])) continue;
    throw new CheckError(
      `no query of ${q} may attend any of the ${length} keys of its sentence. Is the mask the wrong way round? true = may attend.`,
    );
  }
}

async function checkOneByOne(mask: Mask, q: number, k: number): Promise<void> {
  const lengths = someLengths(k);
  const b = lengths.length;
  const start = tensor(Float32Array.from({ length: b }, (_, i) => (i * 2) % 7)).reshape(b, 1);
  const counts = { keys: k, lengths: ints(lengths) };
  const all = whole(mask, b, { ...counts, queries: q, start });
  const steps = Array.from({ length: q }, (_, i) => whole(mask, b, { ...counts, start: start.add(full([], i)) }));
  assertClose("the mask of one query at a time", await toHost(concat(steps, { axis: 1 })), await toHost(all), 0);
}

async function checkPadding(mask: Mask, q: number, k: number): Promise<void> {
  for (const length of someLengths(k)) {
    const padded = whole(mask, 2, { queries: q, keys: k, lengths: ints([length, length]) });
    const short = whole(mask, 2, { queries: q, keys: length, lengths: ints([length, length]) });
    const cut = slice(padded, { axis: 2, start: 0, end: length });
    const what = `the mask of ${length} keys, with ${k - length} of padding behind them`;
    assertClose(what, await toHost(cut), await toHost(short), 0);
  }
}

async function checkAlone(mask: Mask, q: number, k: number): Promise<void> {
  const lengths = someLengths(k);
  const starts = lengths.map((_, i) => (i * 2) % 7);
  const made = (rows: readonly number[]): Tensor =>
    whole(mask, rows.length, {
      queries: q,
      keys: k,
      lengths: ints(rows.map((row) => lengths[row]!)),
      start: tensor(rows.map((row) => starts[row]!)).reshape(rows.length, 1),
    });
  const all = [...lengths.keys()];
  const expected = await toHost(made(all));
  const alone = all.map((row) => made([row]));
  assertClose("the mask of one sentence at a time", await toHost(concat(alone, { axis: 0 })), expected, 0);
  const order = [...all].reverse();
  const turned = await toHost(pick(made(order), 0, order));
  assertClose("the mask of the sentences in reverse order", turned, expected, 0);
  const elsewhere = withOtherGlobals(() => made(all));
  assertClose("the mask with another clock and other values of Math.random", await toHost(elsewhere), expected, 0);
  for (let call = 2; call <= 12; call++) assertClose(`the mask of call ${call}`, await toHost(made(all)), expected, 0);
}

async function checkLeaks(mask: Mask, q: number, k: number): Promise<void> {
  const lengths = ints(someLengths(k));
  const before = memoryOf().buffers;
  scope(() => void makeMask(mask, { queries: q, keys: k, lengths }));
  const left = memoryOf().buffers - before;
  if (left !== 0) throw new CheckError(`${left} buffers are still alive after a scope that returns nothing.`);
}

function ints(values: readonly number[]): Tensor {
  return tensor(Int32Array.from(values));
}

/** The mask in full, `[b, q, k]`. */
function whole(mask: Mask, b: number, counts: Counts, options?: MaskOptions): Tensor {
  return expand(makeMask(mask, counts, options), { shape: [b, counts.queries ?? 1, counts.keys] });
}
