import type { Backend, DeviceBuffer } from "./backend.js";

/** One buffer and the number of tensors that share it; the last one to let go frees it. */
export class Storage {
  #references = 1;

  constructor(
    readonly backend: Backend,
    readonly buffer: DeviceBuffer,
  ) {}

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.backend.free(this.buffer);
  }
}
