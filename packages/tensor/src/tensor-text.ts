import { formatTensor } from "./format-tensor.js";
import { isParameter } from "./parameter.js";
import { formatShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** Node's `console.log` calls the method of this name. */
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** The methods of tensors that make text. They are attached here, as those of `tensor-methods.ts` are. */
declare module "./tensor.js" {
  interface Tensor {
    /**
     * Prints shape, dtype and values to the console, as NumPy does. Above 1000 elements, three entries at each end of an
     * axis are shown. Works on every backend; `console.log(tensor)` shows the values where they can be read without waiting.
     *
     * @example
     * await tensor([[1, 2], [3, 4]]).print();
     * // Tensor [2, 2] f32
     * // [[1., 2.],
     * //  [3., 4.]]
     */
    print(): Promise<void>;
    /** Returns what `print` shows, or where the backend cannot read without waiting, shape, dtype and backend. */
    toString(): string;
  }
}

const methods = {
  async print(this: Tensor): Promise<void> {
    console.log(this.disposed ? summary(this) : withValues(this, await this.data()));
  },
  toString(this: Tensor): string {
    if (this.disposed) return summary(this);
    const { backend } = this;
    if (!backend.downloadSync) return `${summary(this)} on ${backend.name}; await tensor.print() shows the values`;
    try {
      return withValues(this, backend.downloadSync(this.buffer));
    } catch (error) {
      return `${summary(this)} on ${backend.name}, which cannot be read: ${error instanceof Error ? error.message : error}`;
    }
  },
  /** @param depth - below 0 where an outer object is shown in short */
  [inspect](this: Tensor, depth: number): string {
    return depth < 0 ? `[${summary(this)}]` : this.toString();
  },
};

function summary(x: Tensor): string {
  const name = isParameter(x) ? "Parameter" : "Tensor";
  return `${name} ${formatShape(x.shape)} ${x.dtype}${x.disposed ? ", which was freed" : ""}`;
}

function withValues(x: Tensor, values: ArrayLike<number>): string {
  return `${summary(x)}\n${formatTensor(x, values)}`;
}

for (const name of Reflect.ownKeys(methods) as (keyof typeof methods)[]) {
  Object.defineProperty(Tensor.prototype, name, { value: methods[name], writable: true, configurable: true });
}
