import { BackendError } from "@heed/tensor";

const page = 65_536;

/**
 * The linear memory, with room to grow to 4 GiB, or to as much as the engine will promise.
 * @throws BackendError when not even 256 MiB can be had
 */
export function createMemory(shared: boolean): { memory: WebAssembly.Memory; limit: number } {
  let cause: unknown = null;
  for (let maximum = 65_536; maximum >= 4_096; maximum /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 256, maximum, shared }), limit: maximum * page };
    } catch (error) {
      cause = error;
    }
  }
  throw new BackendError("wasm: the engine promises not even 256 MiB of memory.", { cause });
}
