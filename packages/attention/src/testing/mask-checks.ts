import {
  broadcastShapes,
  concat,
  cpu,
  expand,
  formatShape,
  full,
  sameShape,
  slice,
  type Tensor,
  tensor,
  use,
} from "@heed/tensor";
import { assertClose, type Check, CheckError, toHost } from "@heed/tensor/testing";
import { type Mask, makeMask } from "../mask.js";
import type { Counts } from "../positions.js";

const [b, q, k] = [2, 3, 5];

/**
 * The checks that a mask must pass: it says what it is; it is boolean, and broadcasts to `[b, q, k]`; one query at a time
 * gives what all at once give, also where each sentence starts at a position of its own; padding changes nothing.
 *
 * @example
 * for (const check of maskChecks(myMask)) test(check.name, check.run);
 */
export function maskChecks(mask: Mask): Check[] {
  const properties: Readonly<Record<string, (mask: Mask) => Promise<void>>> = {
    "says what it is": checkDescription,
    "is boolean, and broadcasts to [b, q, k]": checkShape,
    "one query at a time equals all at once": checkOneByOne,
    "padding never matters": checkPadding,
  };
  return Object.entries(properties).map(([property, check]) => ({
    name: `${mask.name}: ${property}`,
    run: async () => {
      await use(cpu());
      await check(mask);
    },
  }));
}

async function checkDescription({ name, summary, options = {} }: Mask): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CheckError(`the name "${name}" must be in kebab case, such as "window".`);
  if (!summary?.trim()) throw new CheckError(`${name}: the summary is empty; say which keys a query may attend.`);
  const odd = Object.entries(options).find(([, value]) => !Number.isFinite(value));
  if (odd) throw new CheckError(`${name}: the default of ${odd[0]} must be a finite number, got ${odd[1]}.`);
}

async function checkShape(mask: Mask): Promise<void> {
  const made = makeMask(mask, { queries: q, keys: k, lengths: tensor(new Int32Array([k, 3])) });
  if (made.dtype !== "bool") throw new CheckError(`the mask is ${made.dtype} instead of bool.`);
  if (made.shape.length !== 3 || !sameShape(broadcastShapes("mask", made.shape, [b, q, k]), [b, q, k]))
    throw new CheckError(`the mask is ${formatShape(made.shape)}, which does not broadcast to [b, q, k] = [2, 3, 5].`);
}

async function checkOneByOne(mask: Mask): Promise<void> {
  const start = tensor(new Float32Array([0, 2])).reshape(b, 1);
  const counts = { keys: k, lengths: tensor(new Int32Array([k, 3])) };
  const all = whole(mask, { ...counts, queries: q, start });
  const steps = Array.from({ length: q }, (_, i) => whole(mask, { ...counts, start: start.add(full([], i)) }));
  assertClose("the mask of one query at a time", await toHost(concat(steps, { axis: 1 })), await toHost(all), 0);
}

async function checkPadding(mask: Mask): Promise<void> {
  const padded = whole(mask, { queries: q, keys: k, lengths: tensor(new Int32Array([3, 3])) });
  const short = whole(mask, { queries: q, keys: 3, lengths: tensor(new Int32Array([3, 3])) });
  const cut = slice(padded, { axis: 2, start: 0, end: 3 });
  assertClose("the mask of 3 keys, with 2 of padding behind them", await toHost(cut), await toHost(short), 0);
}

/** The mask in full, `[b, q, k]`. */
function whole(mask: Mask, counts: Counts): Tensor {
  return expand(makeMask(mask, counts), { shape: [b, counts.queries ?? 1, counts.keys] });
}
