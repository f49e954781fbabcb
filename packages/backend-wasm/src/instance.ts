/** A kernel as the modules export it: the range of work, an address for scratch, then arguments of its own. */
export type KernelFunction = (begin: number, end: number, scratch: number, ...args: number[]) => number | undefined;

/** A kernel by its place in the module, which is the same for every thread. */
export interface Kernel {
  readonly index: number;
  readonly call: KernelFunction;
}

/** Modules as scripts/build-kernels.mjs writes them. */
export interface PackedModules<Name extends string> {
  /** Bytes of each module, in the order in which they are interleaved. */
  readonly sizes: Readonly<Record<Name, number>>;
  /** Eight parts of each module, interleaved; raw deflate, in base64. */
  readonly deflated: string;
}

/** Decodes, inflates and separates modules. */
export async function inflateModules<Name extends string>({
  sizes,
  deflated,
}: PackedModules<Name>): Promise<Readonly<Record<Name, Uint8Array<ArrayBuffer>>>> {
  const bytes = await inflate(decodeBase64(deflated));
  const modules = (Object.entries(sizes) as [Name, number][]).map(([name, size]) => ({
    name,
    module: new Uint8Array(size),
  }));
  let position = 0;
  for (let part = 0; part < 8; part++) {
    for (const { module } of modules) {
      const [start, end] = [part, part + 1].map((cut) => Math.floor((module.length * cut) / 8)) as [number, number];
      module.set(bytes.subarray(position, position + end - start), start);
      position += end - start;
    }
  }
  return Object.fromEntries(modules.map(({ name, module }) => [name, module])) as Record<Name, Uint8Array<ArrayBuffer>>;
}

async function inflate(deflated: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  // Node would need 10 ms to set up its first web stream.
  if (zlib) return new Uint8Array(zlib.inflateRawSync(deflated));
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const written = [writer.write(deflated), writer.close()];
  const chunks: Uint8Array[] = [];
  const reader = readable.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value);
  await Promise.all(written);
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * The module with its memory import marked as not shared, for pages that may not share memory. The kernels themselves
 * are the same: none of them uses atomic instructions.
 *
 * @param bytes - a module that imports one memory with a maximum and nothing else
 */
export function withoutSharing(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  let position = 8;
  while (position < copy.length) {
    const id = copy[position]!;
    const size = readLeb(copy, position + 1);
    if (id !== 2) {
      position = size.next + size.value;
      continue;
    }
    // One entry: module name, field name, kind 2 (memory), flags (1: has a maximum, 2: shared).
    let at = readLeb(copy, size.next).next;
    for (let name = 0; name < 2; name++) {
      const length = readLeb(copy, at);
      at = length.next + length.value;
    }
    if (copy[at] !== 2 || copy[at + 1] !== 3) break;
    copy[at + 1] = 1;
    return copy;
  }
  throw new TypeError("The kernels do not import a shared memory.");
}

/** An unsigned number in the variable-length form of WebAssembly. */
function readLeb(bytes: Uint8Array, position: number): { value: number; next: number } {
  let value = 0;
  let shift = 0;
  let next = position;
  for (;;) {
    const byte = bytes[next++]!;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) return { value, next };
  }
}
