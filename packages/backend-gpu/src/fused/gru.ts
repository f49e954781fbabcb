import { type FusedKernel, fuse, gru, gruStep, type Operand } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { project, projectBack } from "./layers.js";
import {
  before,
  copyOrZeros,
  join,
  oneStep,
  outputsOf,
  recur,
  recurrentGradients,
  stepArguments,
  stepKernel,
  stepsOf,
  type Walk,
  walkOf,
} from "./recurrence.js";
import { areFilled, of, release, result, type Toolbox } from "./toolbox.js";

/** Gates of one unit at one step: `gates` holds the input's part, `products` W_hh h + b_hh. */
const gatesOfUnit = `
  const r = logistic(gates[inMatrix(ROW, t * 3 * h, step, 3 * h, UNIT)] + products[at(ROW, 3 * h, UNIT)]);
  const z = logistic(gates[inMatrix(ROW, t * 3 * h, step, 3 * h, h + UNIT)] + products[at(ROW, 3 * h, h + UNIT)]);
  const own = products[at(ROW, 3 * h, 2 * h + UNIT)];
  const n = squash(gates[inMatrix(ROW, t * 3 * h, step, 3 * h, 2 * h + UNIT)] + r * own);`;
const atColumn = gatesOfUnit.replaceAll("UNIT", "COLUMN");

/** h′ = n + z ⊙ (h − n). */
export const forwardKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "gru step",
    lengths,
    { gates: "values", products: "values", state: "values" },
    `const previous = state[at(ROW, h, COLUMN)];
     if (alive < 0.5) { return previous; }
     ${atColumn}
     return n + z * (previous - n);`,
  );

/** Cotangents of the four parts of a unit, side by side: r, z, n of the input, and n of the recurrent product. */
export const partsKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "gru step, gates back",
    lengths,
    { gates: "values", products: "values", states: "values", carry: "values", cotangent: "values" },
    `if (alive < 0.5) { return 0.0; }
     const part = quotient(COLUMN, h);
     const unit = remainder(COLUMN, h);
     const previous = states[inMatrix(ROW, t * h, step, h, unit)];
     const total = carry[at(ROW, h, unit)] + cotangent[inMatrix(ROW, t * h, step, h, unit)];
     ${gatesOfUnit.replaceAll("UNIT", "unit")}
     if (part == 1) { return total * (previous - n) * z * (1.0 - z); }
     const candidate = total * (1.0 - z) * (1.0 - n * n);
     if (part == 0) { return candidate * own * r * (1.0 - r); }
     if (part == 2) { return candidate; }
     return candidate * r;`,
  );

/** d(loss)/d(h), the state before the step. */
export const carryKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "gru step, state back",
    lengths,
    { gates: "values", products: "values", parts: "values", weight: "values", carry: "values", cotangent: "values" },
    `const coming = carry[at(ROW, h, COLUMN)];
     if (alive < 0.5) { return coming; }
     const z = logistic(gates[inMatrix(ROW, t * 3 * h, step, 3 * h, h + COLUMN)] + products[at(ROW, 3 * h, h + COLUMN)]);
     let sum = (coming + cotangent[inMatrix(ROW, t * h, step, h, COLUMN)]) * z;
     for (let k = 0; k < h; k++) {
       sum += parts[at(ROW, 4 * h, k)] * weight[at(k, h, COLUMN)]
         + parts[at(ROW, 4 * h, h + k)] * weight[at(h + k, h, COLUMN)]
         + parts[at(ROW, 4 * h, 3 * h + k)] * weight[at(2 * h + k, h, COLUMN)];
     }
     return sum;`,
  );

/** Three of the four parts: the input's when `skip` is 3, the recurrent product's when it is 2. */
const pick: Kernel = {
  name: "gru, parts picked",
  grid: "matrix",
  parameters: { parts: "values", h: "integer", skip: "integer" },
  body: `
    let column = COLUMN;
    if (column >= skip * h) { column = column + h; }
    return parts[at(ROW, 4 * h, column)];`,
};

/** The cotangents of the input's gates (`skip` 3) or of the recurrent product (`skip` 2), from all four parts. */
export function picked({ device }: Toolbox, parts: GpuBuffer, h: number, skip: 2 | 3): GpuBuffer {
  return device.runMatrix(pick, parts.size / (4 * h), 3 * h, [parts, h, skip]);
}

/** gru over whole sequences, and gruStep: the same with one step. */
export function gruKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;

  /** Walks forward; returns the state after each step, and what the gradient wants. */
  const run = (
    walk: Walk,
    gates: GpuBuffer,
    hidden: GpuBuffer,
    weight: Operand,
    bias: Operand | null,
  ): { states: GpuBuffer[]; products: GpuBuffer[] } => {
    const { b, h } = walk;
    const kernel = forwardKernel(walk.lengths !== null);
    const states: GpuBuffer[] = [];
    const products: GpuBuffer[] = [];
    let state = hidden;
    for (const step of stepsOf(walk)) {
      const product = recur(box, state, weight, bias, b);
      state = device.runMatrix(kernel, b, h, [gates, product, state, ...stepArguments(walk, step)]);
      states.push(state);
      products.push(product);
    }
    return { states, products };
  };

  /** Walks back; returns the parts of all steps `[b · t, 4h]` and the cotangent of the first state. */
  const runBack = (
    walk: Walk,
    gates: GpuBuffer,
    products: readonly GpuBuffer[],
    states: GpuBuffer,
    weight: Operand,
    cotangent: GpuBuffer,
    last: GpuBuffer,
  ): { parts: GpuBuffer; carry: GpuBuffer } => {
    const { b, h, reverse } = walk;
    const [gatesBack, stateBack] = [partsKernel(walk.lengths !== null), carryKernel(walk.lengths !== null)];
    const steps = stepsOf(walk);
    const parts: GpuBuffer[] = [];
    let carry = last;
    for (let i = steps.length - 1; i >= 0; i--) {
      const common = stepArguments(walk, steps[i]!);
      const product = products[i]!;
      const part = device.runMatrix(gatesBack, b, 4 * h, [gates, product, states, carry, cotangent, ...common]);
      const args = [gates, product, part, of(weight), carry, cotangent, ...common];
      const next = device.runMatrix(stateBack, b, h, args);
      release(box, carry);
      carry = next;
      parts.push(part);
    }
    const all = join(box, reverse ? parts : parts.toReversed(), b);
    release(box, ...parts);
    return { parts: all, carry };
  };

  return [
    fuse(gruStep, {
      accepts: ([gates, hidden, weight, bias]) => areFilled(gates, hidden, weight, bias),
      forward([gates, hidden, weight, bias], _params, wantsGradient) {
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const { states, products } = run(walk, of(gates), of(hidden), weight, bias);
        if (!wantsGradient) release(box, ...products);
        return {
          outputs: [result(states[0]!, [b, h])],
          saved: wantsGradient ? products.map((product) => result(product, [b, 3 * h])) : [],
        };
      },
      vjp({ inputs: [gates, hidden, weight, bias], saved: [product], cotangents: [g], needs }) {
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const none = device.fill(b * h, 0, "f32");
        const { parts, carry } = runBack(walk, of(gates), [of(product!)], of(hidden), weight, of(g!), none);
        const dGates = picked(box, parts, h, 3);
        const dProducts = picked(box, parts, h, 2);
        const wanted = { weight: needs[2] === true, bias: needs[3] === true };
        const { dWeight, dBias } = recurrentGradients(box, dProducts, of(hidden), weight, bias, wanted);
        release(box, parts, dProducts);
        return [result(dGates, gates.shape), result(carry, hidden.shape), dWeight, dBias];
      },
    }),

    fuse(gru, {
      accepts: ([x, hidden, weightIh, weightHh]) => areFilled(x, hidden, weightIh, weightHh),
      forward([x, hidden, weightIh, weightHh, biasIh, biasHh, lengths], { reverse = false }, wantsGradient) {
        const walk = walkOf(x, hidden, lengths, reverse);
        const { b, t, h } = walk;
        const gates = project(box, x, weightIh, biasIh);
        const { states, products } = run(walk, gates, of(hidden), weightHh, biasHh);
        const outputs = result(outputsOf(box, walk, states), [b, t, h]);
        const last = states.pop()!;
        release(box, ...states);
        const results = [outputs, result(last, [b, h])];
        if (!wantsGradient) {
          release(box, gates, ...products);
          return { outputs: results };
        }
        const saved = products.map((product) => result(product, [b, 3 * h]));
        return { outputs: results, saved: [result(gates, [b, t, 3 * h]), ...saved] };
      },
      vjp({ inputs, outputs, saved, cotangents: [gOutputs, gLast], needs, params: { reverse = false } }) {
        const [x, hidden, weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const walk = walkOf(x, hidden, lengths, reverse);
        const { b, t, h } = walk;
        const [gates, ...products] = saved;
        const states = before(box, walk, of(outputs[0]!), of(hidden));
        const cotangent = gOutputs ? of(gOutputs) : device.fill(b * t * h, 0, "f32");
        const last = copyOrZeros(box, gLast, b * h);
        const { parts, carry } = runBack(walk, of(gates!), products.map(of), states, weightHh, cotangent, last);
        if (!gOutputs) release(box, cotangent);
        const dGates = picked(box, parts, h, 3);
        const dProducts = picked(box, parts, h, 2);
        const wanted = { weight: needs[3] === true, bias: needs[5] === true };
        const recurrent = recurrentGradients(box, dProducts, states, weightHh, biasHh, wanted);
        const [dx, dWeight, dBias] = projectBack(box, dGates, x, weightIh, biasIh, [needs[0], needs[2], needs[4]]);
        release(box, states, parts, dGates, dProducts);
        return [dx, result(carry, hidden.shape), dWeight, recurrent.dWeight, dBias, recurrent.dBias, null];
      },
    }),
  ];
}
