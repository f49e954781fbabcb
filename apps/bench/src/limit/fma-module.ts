/** How the loop multiplies and adds. `madd`: in one instruction (relaxed SIMD); `mul-add`: in two. */
export type FmaKind = "madd" | "mul-add";

/** Floats in a vector of 128 bits. */
const lanes = 4;

/**
 * A WebAssembly module with one function, `loop(turns)`: in each turn, every accumulator takes one multiply-add that
 * waits for none of the others, c ← c · x + y. What it computes does not matter; nothing is loaded or stored meanwhile.
 *
 * Accumulators are read from memory at first and written back at the end, in order. An engine that merges neighbouring
 * 128-bit operations starts from such stores, and makes one 256-bit operation of each two.
 *
 * @param accumulators - how many; more than the registers hold, and they spill
 */
export function fmaModule(kind: FmaKind, accumulators: number): Uint8Array<ArrayBuffer> {
  const [x, y, first] = [1, 2, 3];
  const all = Array.from({ length: accumulators }, (_, i) => i);
  const get = (local: number): number[] => [0x20, ...leb(local)];
  const set = (local: number): number[] => [0x21, ...leb(local)];
  const address = (i: number): number[] => [0x04, ...leb(16 * i)]; // 16-byte aligned
  const zero = [0x41, 0x00];
  const body = [
    ...[x, y].flatMap((local) => [...zero, 0xfd, 0x09, 0x02, ...leb(16 * accumulators), ...set(local)]), // load32_splat
    ...all.flatMap((i) => [...zero, 0xfd, 0x00, ...address(i), ...set(first + i)]),
    ...[0x03, 0x40], // loop
    ...all.flatMap((i) => [
      ...(kind === "madd"
        ? [...get(first + i), ...get(x), ...get(y), 0xfd, 0x85, 0x02] // f32x4.relaxed_madd
        : [...get(first + i), ...get(x), 0xfd, 0xe6, 0x01, ...get(y), 0xfd, 0xe4, 0x01]), // f32x4.mul, f32x4.add
      ...set(first + i),
    ]),
    ...[...get(0), 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b], // while (--turns)
    ...all.flatMap((i) => [...zero, ...get(first + i), 0xfd, 0x0b, ...address(i)]),
    0x0b,
  ];
  const code = [0x01, ...leb(accumulators + 2), 0x7b, ...body];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x01, 0x7f, 0x00]), // (i32) -> ()
    ...section(3, [0x01, 0x00]),
    ...section(5, [0x01, 0x00, 0x01]), // a memory of one page
    ...section(7, [0x01, 0x04, ...new TextEncoder().encode("loop"), 0x00, 0x00]),
    ...section(10, [0x01, ...leb(code.length), ...code]),
  ]);
}

/** Floating-point operations of one turn. */
export function operationsOfTurn(accumulators: number): number {
  return 2 * lanes * accumulators;
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

/** An unsigned number as WebAssembly writes it (LEB128). */
function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}
