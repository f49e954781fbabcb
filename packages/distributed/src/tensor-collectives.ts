import { concat, keep, noGrad, reshape, scope, slice, type Tensor, type TensorData, tensor } from "@heed/tensor";
import type { Collective, ReduceOperation } from "./collective.js";
import { DistributedError } from "./distributed-error.js";

/** How tensors travel. */
export interface BucketOptions {
  /** Most bytes that travel in one call, as long as they are more than one tensor; default 32 MiB. */
  readonly bucketBytes?: number;
}

/** Options of {@link allReduceTensors}. */
export interface AllReduceOptions extends BucketOptions {
  /** Default: `"sum"`. */
  readonly operation?: ReduceOperation;
}

/** Options of {@link broadcastTensors}. */
export interface BroadcastOptions extends BucketOptions {
  /** The process whose values all get; default 0. */
  readonly root?: number;
}

const defaultBytes = 2 ** 25;

/**
 * Sums tensors over all processes, or takes the largest values. Tensors travel together in a few contiguous buckets; on a
 * backend with `view` the library works on its memory, on any other a bucket is read and uploaded.
 *
 * @param tensors - f32 or i32, any shapes; the same number, dtypes and shapes in the same order in all processes
 * @returns new tensors of the same shapes on the same backends, equal bit for bit in all processes
 * @throws DistributedError when a dtype cannot be reduced, or the library reports an error
 * @example
 * const [sum] = await allReduceTensors(collective, [tensor([1, 2])]); // on 3 processes: [3, 6]
 */
export async function allReduceTensors(
  collective: Collective,
  tensors: readonly Tensor[],
  { operation = "sum", bucketBytes }: AllReduceOptions = {},
): Promise<Tensor[]> {
  const wrong = tensors.find(({ dtype }) => dtype === "bool");
  if (wrong) {
    throw new DistributedError(`allReduceTensors: tensors must be f32 or i32, got ${wrong}. Cast truth values to i32.`);
  }
  return exchange(tensors, bucketBytes, (values) => collective.allReduce(values, operation));
}

/**
 * Gives all processes the tensors of one process, such as initial parameters.
 *
 * @param tensors - any dtypes and shapes; the same number, dtypes and shapes in the same order in all processes
 * @returns new tensors of the same shapes on the same backends
 * @throws DistributedError when there is no process `root`, or the library reports an error
 * @example
 * const [weight] = await broadcastTensors(collective, [model.weight]);
 */
export async function broadcastTensors(
  collective: Collective,
  tensors: readonly Tensor[],
  { root, bucketBytes }: BroadcastOptions = {},
): Promise<Tensor[]> {
  return exchange(tensors, bucketBytes, (values) => collective.broadcast(values, root));
}

/** Lays tensors together into buckets, lets `transfer` replace the values of each, and takes them apart. */
async function exchange(
  tensors: readonly Tensor[],
  bucketBytes: number | undefined,
  transfer: (values: TensorData) => void,
): Promise<Tensor[]> {
  const results: Tensor[] = [];
  try {
    for (const bucket of planBuckets(tensors, bucketBytes)) {
      const joined = join(bucket);
      const flat = await replace(joined, transfer);
      try {
        results.push(...split(flat, bucket));
      } finally {
        flat.dispose();
      }
    }
    return results;
  } catch (error) {
    for (const result of results) result.dispose();
    throw error;
  }
}

/** Groups neighbours of one dtype and backend. All processes find the same groups. */
function planBuckets(tensors: readonly Tensor[], bucketBytes = defaultBytes): Tensor[][] {
  const buckets: Tensor[][] = [];
  let bytes = 0;
  for (const each of tensors) {
    const bucket = buckets.at(-1);
    const size = 4 * each.size;
    const fits = bucket?.[0]?.dtype === each.dtype && bucket[0].backend === each.backend && bytes + size <= bucketBytes;
    if (bucket && fits) {
      bucket.push(each);
      bytes += size;
    } else {
      buckets.push([each]);
      bytes = size;
    }
  }
  return buckets;
}

/** All values of a bucket, in memory of their own. */
function join(bucket: readonly Tensor[]): Tensor {
  return scope(() =>
    noGrad(() =>
      concat(
        bucket.map((each) => reshape(each, { shape: [each.size] })),
        { axis: 0 },
      ),
    ),
  );
}

/** The tensor after the transfer: itself where its memory can be written, or else a new one. */
async function replace(flat: Tensor, transfer: (values: TensorData) => void): Promise<Tensor> {
  keep(flat);
  try {
    const { backend } = flat;
    if (backend.view) {
      transfer(backend.view(flat.buffer));
      return flat;
    }
    const values = await flat.data();
    transfer(values);
    const arrived = keep(tensor(values, { dtype: flat.dtype, backend }));
    flat.dispose();
    return arrived;
  } catch (error) {
    flat.dispose();
    throw error;
  }
}

function split(flat: Tensor, bucket: readonly Tensor[]): Tensor[] {
  return scope(() =>
    noGrad(() => {
      let end = 0;
      return bucket.map(({ size, shape }) => {
        const start = end;
        end += size;
        const part = bucket.length === 1 ? flat : slice(flat, { axis: 0, start, end });
        return keep(reshape(part, { shape }));
      });
    }),
  );
}
