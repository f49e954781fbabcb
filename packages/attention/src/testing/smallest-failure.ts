import { formatShape, type Tensor } from "@heed/tensor";
import { CheckError } from "@heed/tensor/testing";

/** Sizes of a case, by name: `{ b: 2, q: 3, k: 5 }`. */
export type Sizes = Readonly<Record<string, number | undefined>>;

/** How a property is checked at any size. */
export interface Sizable<S extends Sizes> {
  readonly sizes: S;
  /** Names that only change together, such as widths that must be equal; every other name changes alone. */
  readonly tied: readonly (readonly (keyof S & string)[])[];
  readonly run: (sizes: S) => Promise<void>;
  /** What went in and came out, by name. */
  readonly show: (sizes: S) => Promise<Readonly<Record<string, Tensor>>>;
}

/**
 * Runs a check. When it fails, ever smaller sizes are tried for as long as they fail, too, and the smallest case is told with
 * its numbers: few enough to be followed with a pencil.
 *
 * @throws CheckError
 */
export async function runSmallest<S extends Sizes>({ sizes, tied, run, show }: Sizable<S>): Promise<void> {
  let failure = await failureOf(run, sizes);
  if (!failure) return;
  if (!(failure instanceof CheckError)) {
    // Smaller sizes may be refused for another reason, which would lead astray.
    throw new CheckError(`${failure.name}: ${failure.message}`, { cause: failure });
  }
  let smallest = sizes;
  for (let smaller: S | undefined = sizes; smaller; ) {
    smaller = undefined;
    for (const candidate of smallerThan(smallest, tied)) {
      const error = await failureOf(run, candidate);
      if (!(error instanceof CheckError)) continue;
      [smallest, smaller, failure] = [candidate, candidate, error];
      break;
    }
  }
  const shown = await show(smallest).then(
    (tensors) => Promise.all(Object.entries(tensors).map(([name, tensor]) => line(name, tensor))),
    (error: Error) => [`${error.name}: ${error.message}`],
  );
  const named = Object.entries(smallest).map(([name, size]) => `${name} ${size}`);
  throw new CheckError(
    [failure.message, `The smallest case that shows it: ${named.join(", ")}.`, ...shown].join("\n  "),
    {
      cause: failure,
    },
  );
}

async function failureOf<S>(run: (sizes: S) => Promise<void>, sizes: S): Promise<Error | null> {
  try {
    await run(sizes);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Each size lowered alone, the boldest step first; sizes that must stay equal are lowered together. */
function* smallerThan<S extends Sizes>(sizes: S, tied: Sizable<S>["tied"]): Generator<S> {
  const alone = Object.keys(sizes).filter((name) => !tied.some((names) => names.includes(name)));
  for (const names of [...alone.map((name) => [name]), ...tied]) {
    const size = sizes[names[0]!]!;
    for (const lower of new Set([1, 2, Math.floor(size / 2), size - 1])) {
      if (lower > 0 && lower < size) yield { ...sizes, ...Object.fromEntries(names.map((name) => [name, lower])) };
    }
  }
}

/** `keys [1, 2, 1]: 0.5123, -1.204`, the first twelve numbers. */
async function line(name: string, tensor: Tensor): Promise<string> {
  const values = Array.from(await tensor.data(), (value) => String(Number(value.toPrecision(4))));
  const more = values.length > 12 ? [`… (${values.length} in all)`] : [];
  return `${name} ${formatShape(tensor.shape)}: ${[...values.slice(0, 12), ...more].join(", ")}`;
}
