import type { GpuBuffer } from "../buffer.js";
import type { Device } from "../device.js";
import type { Kernel } from "../kernel.js";

/** A 32-bit number as bytes, the lowest first. */
function bytesOf(value: number): readonly number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
}

/**
 * Statements that set (high, low), two halves of 16 bits, to their product with a constant, modulo 2³². Every product of
 * a half and a byte is below 2²⁴, where f32 is exact; so are products with powers of two, while a card may round quotients.
 */
function multiply(constant: number): string {
  const [b0, b1, b2, b3] = bytesOf(constant) as [number, number, number, number];
  return `
    const low0 = low * ${b0}.0; const low1 = low * ${b1}.0; const low2 = low * ${b2}.0; const low3 = low * ${b3}.0;
    const high0 = high * ${b0}.0; const high1 = high * ${b1}.0;
    const sum = modulo16(low0) + (low1 - Math.floor(low1 * 0.00390625) * 256.0) * 256.0;
    high = modulo16(Math.floor(sum * 0.0000152587890625) + Math.floor(low0 * 0.0000152587890625) + Math.floor(low1 * 0.00390625)
      + modulo16(low2) + modulo16(high0)
      + (low3 - Math.floor(low3 * 0.00390625) * 256.0) * 256.0 + (high1 - Math.floor(high1 * 0.00390625) * 256.0) * 256.0);
    low = modulo16(sum);`;
}

const renamed = (statements: string, suffix: string): string =>
  statements.replace(/\b(low[0-3]|high[01]|sum|shifted|kept)\b/g, `$1${suffix}`);

/** MurmurHash3's finaliser of a counter, in halves of 16 bits. */
const hash: Kernel = {
  name: "uniform",
  parameters: { seedHigh: "number", seedLow: "number" },
  body: `
    let high = quotient(this.thread.x, 65536);
    let low = remainder(this.thread.x, 65536);
    ${renamed(multiply(0x9e3779b9), "A")}
    low = low + seedLow;
    high = modulo16(high + seedHigh + Math.floor(low * 0.0000152587890625));
    low = modulo16(low);
    low = exclusiveOr(low, high);
    ${renamed(multiply(0x85ebca6b), "B")}
    const kept = Math.floor(high * 0.0001220703125);
    const shifted = modulo16(high * 8.0) + Math.floor(low * 0.0001220703125);
    high = exclusiveOr(high, kept);
    low = exclusiveOr(low, shifted);
    ${renamed(multiply(0xc2b2ae35), "C")}
    low = exclusiveOr(low, high);
    return (high * 256.0 + Math.floor(low * 0.00390625)) * 0.000244140625 * 0.000244140625;`,
};

/** Uniform numbers, bit for bit those of every other backend. */
export function uniform(device: Device): (size: number, seed: number) => GpuBuffer {
  return (size, seed) => device.run(hash, size, [Math.floor(seed / 65536) % 65536, seed % 65536]);
}
