import type { Operand } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Argument } from "../device.js";
import { type Kernel, kernelNamed, type ParameterKind } from "../kernel.js";
import { multiply } from "../primitives/matmul.js";
import { of, release, result, type Toolbox } from "./toolbox.js";

/** One walk along the sequences: batch, steps, hidden size, and what every step kernel is told. */
export interface Walk {
  readonly b: number;
  readonly t: number;
  readonly h: number;
  readonly lengths: GpuBuffer | null;
  readonly reverse: boolean;
}

/** The walk of a layer over `x` `[b, t, i]` with states `[b, h]`. */
export function walkOf(x: Operand, hidden: Operand, lengths: Operand | null, reverse: boolean): Walk {
  const [b, t] = x.shape as [number, number];
  return { b, t, h: hidden.shape[1]!, lengths: lengths && of(lengths), reverse };
}

/** The walk of a single step. */
export function oneStep(hidden: Operand): Walk {
  const [b, h] = hidden.shape as [number, number];
  return { b, t: 1, h, lengths: null, reverse: false };
}

/** The steps in the order they are walked. */
export function stepsOf({ t, reverse }: Walk): number[] {
  const steps = Array.from({ length: t }, (_, i) => i);
  return reverse ? steps.reverse() : steps;
}

/**
 * A kernel whose rows are sequences and whose columns units, at one step. In `body`, `alive` is 1 where the sequence has
 * not ended, else 0; without lengths, what is asked of it is left out.
 */
export function stepKernel(
  name: string,
  hasLengths: boolean,
  parameters: Readonly<Record<string, ParameterKind>>,
  body: string,
): Kernel {
  return kernelNamed(`${name}${hasLengths ? ", lengths" : ""}`, () => ({
    grid: "matrix",
    parameters: {
      ...parameters,
      ...(hasLengths ? { lengths: "values" as const } : {}),
      ...{ t: "integer", h: "integer", step: "integer" },
    },
    body: hasLengths
      ? `const alive = lengths[ROW] > step ? 1.0 : 0.0; ${body}`
      : body.replaceAll(/if \(alive < 0\.5\) \{[^}]*\}/g, ""),
  }));
}

/** What {@link stepKernel} takes after its own arguments. */
export function stepArguments({ lengths, t, h }: Walk, step: number): Argument[] {
  return [...(lengths ? [lengths] : []), t, h, step];
}

/** x · Wᵀ + b for one step: rows are sequences. */
export function recur(box: Toolbox, state: GpuBuffer, weight: Operand, bias: Operand | null, b: number): GpuBuffer {
  const [n, k] = weight.shape as [number, number];
  return multiply(box.device, {
    ...{ a: state, b: of(weight), transposed: { a: false, b: true }, count: 1, m: b, n, k },
    ...{ stepA: 0, stepB: 0, bias: bias && of(bias) },
  });
}

const copyKernel: Kernel = {
  name: "copy of values",
  parameters: { values: "values" },
  body: "return values[this.thread.x];",
};

/** A copy in memory of its own. */
function copyOf({ device }: Toolbox, buffer: GpuBuffer): GpuBuffer {
  return device.run(copyKernel, buffer.size, [buffer]);
}

/** A copy of what came, or zeros. */
export function copyOrZeros(box: Toolbox, x: Operand | null | undefined, size: number): GpuBuffer {
  return x ? copyOf(box, of(x)) : box.device.fill(size, 0, "f32");
}

/** Lays buffers `[rows, width]` side by side: `[rows, Σ width]`. The buffers stay their owner's. */
export function join({ shapes }: Toolbox, parts: readonly GpuBuffer[], rows: number): GpuBuffer {
  const operands = parts.map((part) => result(part, [rows, part.size / rows]));
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  return bufferOf(shapes.concat(operands, 1, [rows, total / rows]));
}

/** Zeros where a sequence has ended. */
const silence: Kernel = {
  name: "zeros past the end",
  parameters: { states: "values", lengths: "values", t: "integer", h: "integer" },
  body: `
    const place = quotient(this.thread.x, h);
    const row = quotient(quotient(this.thread.x, h), t);
    if (place - row * t >= lengths[row]) { return 0.0; }
    return states[this.thread.x];`,
};

/** The outputs `[b, t, h]`, from the state after each step. */
export function outputsOf(box: Toolbox, walk: Walk, states: readonly GpuBuffer[]): GpuBuffer {
  const { b, t, h, lengths } = walk;
  const inOrder = walk.reverse ? states.toReversed() : states;
  const all = join(box, inOrder, b);
  if (!lengths) return all;
  const out = box.device.run(silence, b * t * h, [all, lengths, t, h]);
  release(box, all);
  return out;
}

/**
 * The state before each step, `[b, t, h]`, from the outputs: the neighbour's, or the first state where the walk begins.
 * Past a sequence's end nobody looks.
 */
const statesBefore: Kernel = {
  name: "states before",
  parameters: { outputs: "values", hidden: "values", t: "integer", h: "integer", back: "integer" },
  body: `
    const row = quotient(quotient(this.thread.x, h), t);
    const step = remainder(quotient(this.thread.x, h), t) + back;
    if (step < 0.0) { return hidden[at(row, h, remainder(this.thread.x, h))]; }
    if (step >= t) { return hidden[at(row, h, remainder(this.thread.x, h))]; }
    return outputs[this.thread.x + back * h];`,
};

/** The same where sequences end: backwards, the walk of each begins at its own end. */
const statesBeforeEnds: Kernel = {
  name: "states before, lengths",
  parameters: { ...statesBefore.parameters, lengths: "values" },
  body: `
    const row = quotient(quotient(this.thread.x, h), t);
    const step = remainder(quotient(this.thread.x, h), t) + back;
    if (step < 0.0) { return hidden[at(row, h, remainder(this.thread.x, h))]; }
    if (step >= lengths[row]) { return hidden[at(row, h, remainder(this.thread.x, h))]; }
    return outputs[this.thread.x + back * h];`,
};

/** The state before each step, `[b, t, h]`. */
export function before(box: Toolbox, walk: Walk, outputs: GpuBuffer, hidden: GpuBuffer): GpuBuffer {
  const { b, t, h, lengths, reverse } = walk;
  const args = [outputs, hidden, t, h, reverse ? 1 : -1, ...(lengths ? [lengths] : [])];
  return box.device.run(lengths ? statesBeforeEnds : statesBefore, b * t * h, args);
}

/** d(loss)/d(W_hh) and d(loss)/d(b_hh) from the cotangents of the recurrent products, `[b · t, n]`. */
export function recurrentGradients(
  box: Toolbox,
  dProducts: GpuBuffer,
  states: GpuBuffer,
  weight: Operand,
  bias: Operand | null,
  needs: { readonly weight: boolean; readonly bias: boolean },
): { dWeight: Operand | null; dBias: Operand | null } {
  const [n, h] = weight.shape as [number, number];
  const rows = states.size / h;
  const dWeight = needs.weight
    ? multiply(box.device, {
        ...{ a: dProducts, b: states, transposed: { a: true, b: false }, count: 1, m: n, n: h, k: rows },
        ...{ stepA: 0, stepB: 0 },
      })
    : null;
  const dBias = bias && needs.bias ? box.folds.fold("sum", dProducts, 1, rows, n) : null;
  return { dWeight: dWeight && result(dWeight, weight.shape), dBias: dBias && result(dBias, bias!.shape) };
}
