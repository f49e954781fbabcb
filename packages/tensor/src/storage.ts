import type { Backend, DeviceBuffer } from "./backend.js";

const storageBrand: unique symbol = Symbol.for("heed.storage") as never;

/** One buffer and the number of tensors that share it; the last one to let go frees it. */
export class Storage {
  #references = 1;

  constructor(
    readonly backend: Backend,
    readonly buffer: DeviceBuffer,
  ) {}

  /** Marks storages for other copies of this package. */
  get [storageBrand](): true {
    return true;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.backend.free(this.buffer);
  }
}

/** Returns whether a value is a storage, of this or another copy of this package. */
export function isStorage(value: object): value is Storage {
  return storageBrand in value;
}
