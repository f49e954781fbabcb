import { keep, type Parameter, type Tensor, tensor, zeros } from "@heed/tensor";
import type { Collective } from "./collective.js";
import { DistributedError } from "./distributed-error.js";
import { hashText } from "./hash.js";
import { allReduceTensors, type BucketOptions } from "./tensor-collectives.js";

/** What `trainStep` of `@heed/train` asks of several processes: its `reduction`. */
export interface ProcessReduction {
  /** Returns the sums of the given values over all processes. */
  sum(values: readonly number[]): readonly number[];
  /** Replaces each gradient by its sum over all processes. */
  gradients(parameters: ReadonlyMap<string, Parameter>): Promise<void>;
}

/**
 * Returns the reduction of data-parallel training: each process computes the gradients of its part of a batch, and all
 * processes update their parameters by the same sum. Processes that start with equal parameters keep equal parameters, bit
 * for bit.
 *
 * A parameter has a gradient afterwards when it has one in any process; it counts as zeros in the others. The first call
 * compares names and shapes of the parameters of all processes.
 *
 * @throws DistributedError when the parameters differ, or the library reports an error
 * @example
 * await trainStep({ ...step, batches: ownBatches, reduction: reductionOver(collective) });
 */
export function reductionOver(collective: Collective, options: BucketOptions = {}): ProcessReduction {
  let compared = false;
  return {
    sum(values) {
      const sums = Float64Array.from(values);
      collective.allReduce(sums);
      return [...sums];
    },
    async gradients(parameters) {
      if (collective.size === 1) return;
      if (!compared) compareParameters(collective, parameters);
      compared = true;
      const trainable = [...parameters.values()].filter((parameter) => parameter.trainable);
      if (trainable.length > 0) await addGradients(collective, trainable, options);
    },
  };
}

/** One exchange: which gradients there are travels with their values. */
async function addGradients(
  collective: Collective,
  parameters: readonly Parameter[],
  options: BucketOptions,
): Promise<void> {
  const { backend } = parameters[0]!;
  const made: Tensor[] = [];
  const make = (created: Tensor): Tensor => {
    made.push(keep(created));
    return created;
  };
  try {
    const present = make(
      tensor(
        Float32Array.from(parameters, ({ grad }) => (grad ? 1 : 0)),
        { backend },
      ),
    );
    const gradients = parameters.map(({ grad, shape, backend }) => grad ?? make(zeros(shape, backend)));
    const [counts, ...sums] = await allReduceTensors(collective, [present, ...gradients], options);
    made.push(counts!);
    const processes = await counts!.data();
    for (const [i, parameter] of parameters.entries()) {
      if (processes[i] === 0) {
        sums[i]!.dispose();
        continue;
      }
      parameter.zeroGrad();
      parameter.grad = sums[i]!;
    }
  } finally {
    for (const each of made) each.dispose();
  }
}

/** @throws DistributedError in all processes when names or shapes differ in one of them */
function compareParameters(collective: Collective, parameters: ReadonlyMap<string, Parameter>): void {
  const description = [...parameters].map(([name, { shape }]) => `${name} [${shape.join(", ")}]`).join("\n");
  const hash = hashText(description);
  const extremes = Int32Array.of(hash, ~hash);
  collective.allReduce(extremes, "max");
  if (extremes[0] === ~extremes[1]!) return;
  throw new DistributedError(
    `reductionOver: all ${collective.size} processes must have parameters of the same names and shapes in the same order, but they differ; process ${collective.rank} has ${parameters.size} parameters. Build the model with the same configuration and vocabulary in every process.`,
  );
}
