import { type FusedKernel, fuse, type Operand, rnn, rnnStep } from "@heed/tensor";
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

type Nonlinearity = "tanh" | "relu";

/** h′ = tanh(gates + W_hh h + b_hh), or relu. */
const forwardKernel = (lengths: boolean, nonlinearity: Nonlinearity): Kernel =>
  stepKernel(
    `rnn step, ${nonlinearity}`,
    lengths,
    { gates: "values", products: "values", state: "values" },
    `if (alive < 0.5) { return state[at(ROW, h, COLUMN)]; }
     const x = gates[inMatrix(ROW, t * h, step, h, COLUMN)] + products[at(ROW, h, COLUMN)];
     return ${nonlinearity === "tanh" ? "squash(x)" : "Math.max(x, 0.0)"};`,
  );

/** Cotangent of what went into the nonlinearity, from the output. */
const gatesKernel = (lengths: boolean, nonlinearity: Nonlinearity): Kernel =>
  stepKernel(
    `rnn step, gates back, ${nonlinearity}`,
    lengths,
    { outputs: "values", carry: "values", cotangent: "values" },
    `if (alive < 0.5) { return 0.0; }
     const y = outputs[inMatrix(ROW, t * h, step, h, COLUMN)];
     const total = carry[at(ROW, h, COLUMN)] + cotangent[inMatrix(ROW, t * h, step, h, COLUMN)];
     return ${nonlinearity === "tanh" ? "total * (1.0 - y * y)" : "y > 0.0 ? total : 0.0"};`,
  );

const carryKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "rnn step, state back",
    lengths,
    { parts: "values", weight: "values", carry: "values" },
    `if (alive < 0.5) { return carry[at(ROW, h, COLUMN)]; }
     let sum = 0.0;
     for (let k = 0; k < h; k++) { sum += parts[at(ROW, h, k)] * weight[at(k, h, COLUMN)]; }
     return sum;`,
  );

/** rnn over whole sequences, and rnnStep: the same with one step. */
export function rnnKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;

  const run = (
    walk: Walk,
    nonlinearity: Nonlinearity,
    gates: GpuBuffer,
    hidden: GpuBuffer,
    weight: Operand,
    bias: Operand | null,
  ): GpuBuffer[] => {
    const { b, h } = walk;
    const kernel = forwardKernel(walk.lengths !== null, nonlinearity);
    const states: GpuBuffer[] = [];
    let state = hidden;
    for (const step of stepsOf(walk)) {
      const product = recur(box, state, weight, bias, b);
      state = device.runMatrix(kernel, b, h, [gates, product, state, ...stepArguments(walk, step)]);
      release(box, product);
      states.push(state);
    }
    return states;
  };

  /** Returns the cotangents of the gates `[b · t, h]`, and that of the first state. */
  const runBack = (
    walk: Walk,
    nonlinearity: Nonlinearity,
    outputs: GpuBuffer,
    weight: Operand,
    cotangent: GpuBuffer,
    last: GpuBuffer,
  ): { parts: GpuBuffer; carry: GpuBuffer } => {
    const { b, h, reverse } = walk;
    const hasLengths = walk.lengths !== null;
    const [gatesBack, stateBack] = [gatesKernel(hasLengths, nonlinearity), carryKernel(hasLengths)];
    const parts: GpuBuffer[] = [];
    let carry = last;
    for (const step of stepsOf(walk).reverse()) {
      const common = stepArguments(walk, step);
      const part = device.runMatrix(gatesBack, b, h, [outputs, carry, cotangent, ...common]);
      const next = device.runMatrix(stateBack, b, h, [part, of(weight), carry, ...common]);
      release(box, carry);
      carry = next;
      parts.push(part);
    }
    const all = join(box, reverse ? parts : parts.toReversed(), b);
    release(box, ...parts);
    return { parts: all, carry };
  };

  return [
    fuse(rnnStep, {
      accepts: ([gates, hidden, weight, bias]) => areFilled(gates, hidden, weight, bias),
      forward([gates, hidden, weight, bias], { nonlinearity = "tanh" }) {
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const states = run(walk, nonlinearity, of(gates), of(hidden), weight, bias);
        return { outputs: [result(states[0]!, [b, h])] };
      },
      vjp({ inputs: [gates, hidden, weight, bias], outputs: [y], cotangents: [g], needs, params }) {
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const none = device.fill(b * h, 0, "f32");
        const { parts, carry } = runBack(walk, params.nonlinearity ?? "tanh", of(y!), weight, of(g!), none);
        const wanted = { weight: needs[2] === true, bias: needs[3] === true };
        const { dWeight, dBias } = recurrentGradients(box, parts, of(hidden), weight, bias, wanted);
        return [result(parts, gates.shape), result(carry, hidden.shape), dWeight, dBias];
      },
    }),

    fuse(rnn, {
      accepts: ([x, hidden, weightIh, weightHh]) => areFilled(x, hidden, weightIh, weightHh),
      forward([x, hidden, weightIh, weightHh, biasIh, biasHh, lengths], { reverse = false, nonlinearity = "tanh" }) {
        const walk = walkOf(x, hidden, lengths, reverse);
        const { b, t, h } = walk;
        const gates = project(box, x, weightIh, biasIh);
        const states = run(walk, nonlinearity, gates, of(hidden), weightHh, biasHh);
        const outputs = result(outputsOf(box, walk, states), [b, t, h]);
        const last = states.pop()!;
        release(box, gates, ...states);
        return { outputs: [outputs, result(last, [b, h])] };
      },
      vjp({ inputs, outputs: [y], cotangents: [gOutputs, gLast], needs, params }) {
        const [x, hidden, weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const walk = walkOf(x, hidden, lengths, params.reverse ?? false);
        const { b, t, h } = walk;
        const cotangent = gOutputs ? of(gOutputs) : device.fill(b * t * h, 0, "f32");
        const last = copyOrZeros(box, gLast, b * h);
        const { parts, carry } = runBack(walk, params.nonlinearity ?? "tanh", of(y!), weightHh, cotangent, last);
        if (!gOutputs) release(box, cotangent);
        const states = before(box, walk, of(y!), of(hidden));
        const wanted = { weight: needs[3] === true, bias: needs[5] === true };
        const recurrent = recurrentGradients(box, parts, states, weightHh, biasHh, wanted);
        const [dx, dWeight, dBias] = projectBack(box, parts, x, weightIh, biasIh, [needs[0], needs[2], needs[4]]);
        release(box, parts, states);
        return [dx, result(carry, hidden.shape), dWeight, recurrent.dWeight, dBias, recurrent.dBias, null];
      },
    }),
  ];
}
