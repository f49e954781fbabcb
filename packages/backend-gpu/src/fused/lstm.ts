import { type FusedKernel, fuse, lstm, lstmStep, type Operand } from "@heed/tensor";
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

/** Gate `index` of one unit before its nonlinearity. */
const gate = (index: number, unit: string): string =>
  `(gates[inMatrix(ROW, t * 4 * h, step, 4 * h, ${index} * h + ${unit})] + products[at(ROW, 4 * h, ${index} * h + ${unit})])`;

/** i, f, g, o and the next cell of one unit. */
const gatesOf = (unit: string): string => `
  const i = logistic(${gate(0, unit)});
  const f = logistic(${gate(1, unit)});
  const g = squash(${gate(2, unit)});
  const o = logistic(${gate(3, unit)});
  const previous = cell[at(ROW, h, ${unit})];
  const squashed = squash(f * previous + i * g);`;

const common = { gates: "values", products: "values", cell: "values" } as const;

/** c′ = f ⊙ c + i ⊙ g. */
const cellKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "lstm step, cell",
    lengths,
    common,
    `const previous = cell[at(ROW, h, COLUMN)];
     if (alive < 0.5) { return previous; }
     return logistic(${gate(1, "COLUMN")}) * previous + logistic(${gate(0, "COLUMN")}) * squash(${gate(2, "COLUMN")});`,
  );

/** h′ = o ⊙ tanh(c′). */
const hiddenKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "lstm step, hidden",
    lengths,
    { gates: "values", products: "values", next: "values", state: "values" },
    `if (alive < 0.5) { return state[at(ROW, h, COLUMN)]; }
     return logistic(${gate(3, "COLUMN")}) * squash(next[at(ROW, h, COLUMN)]);`,
  );

const backward = { ...common, carry: "values", cellCarry: "values", cotangent: "values" } as const;
const cellTotal = (unit: string): string => `
  const total = carry[at(ROW, h, ${unit})] + cotangent[inMatrix(ROW, t * h, step, h, ${unit})];
  const cellTotal = cellCarry[at(ROW, h, ${unit})] + total * o * (1.0 - squashed * squashed);`;

/** Cotangents of the four gates of a unit. */
const gatesKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "lstm step, gates back",
    lengths,
    backward,
    `if (alive < 0.5) { return 0.0; }
     const part = quotient(COLUMN, h);
     const unit = remainder(COLUMN, h);
     ${gatesOf("unit")} ${cellTotal("unit")}
     if (part == 0) { return cellTotal * g * i * (1.0 - i); }
     if (part == 1) { return cellTotal * previous * f * (1.0 - f); }
     if (part == 2) { return cellTotal * i * (1.0 - g * g); }
     return total * squashed * o * (1.0 - o);`,
  );

const cellBackKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "lstm step, cell back",
    lengths,
    backward,
    `if (alive < 0.5) { return cellCarry[at(ROW, h, COLUMN)]; }
     ${gatesOf("COLUMN")} ${cellTotal("COLUMN")}
     return cellTotal * f;`,
  );

const stateBackKernel = (lengths: boolean): Kernel =>
  stepKernel(
    "lstm step, state back",
    lengths,
    { parts: "values", weight: "values", carry: "values" },
    `if (alive < 0.5) { return carry[at(ROW, h, COLUMN)]; }
     let sum = 0.0;
     for (let k = 0; k < 4 * h; k++) { sum += parts[at(ROW, 4 * h, k)] * weight[at(k, h, COLUMN)]; }
     return sum;`,
  );

interface Steps {
  readonly states: GpuBuffer[];
  readonly cells: GpuBuffer[];
  readonly products: GpuBuffer[];
}

/** lstm over whole sequences, and lstmStep: the same with one step. */
export function lstmKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;

  const run = (
    walk: Walk,
    gates: GpuBuffer,
    first: { readonly hidden: GpuBuffer; readonly cell: GpuBuffer },
    weight: Operand,
    bias: Operand | null,
  ): Steps => {
    const { b, h } = walk;
    const [nextCell, nextState] = [cellKernel(walk.lengths !== null), hiddenKernel(walk.lengths !== null)];
    const steps: Steps = { states: [], cells: [], products: [] };
    let { hidden: state, cell } = first;
    for (const step of stepsOf(walk)) {
      const args = stepArguments(walk, step);
      const product = recur(box, state, weight, bias, b);
      cell = device.runMatrix(nextCell, b, h, [gates, product, cell, ...args]);
      state = device.runMatrix(nextState, b, h, [gates, product, cell, state, ...args]);
      steps.products.push(product);
      steps.cells.push(cell);
      steps.states.push(state);
    }
    return steps;
  };

  /** @param cells - the cell before each step, in the order of the walk */
  const runBack = (
    walk: Walk,
    gates: GpuBuffer,
    products: readonly GpuBuffer[],
    cells: readonly GpuBuffer[],
    weight: Operand,
    cotangent: GpuBuffer,
    last: { readonly carry: GpuBuffer; readonly cellCarry: GpuBuffer },
  ): { parts: GpuBuffer; carry: GpuBuffer; cellCarry: GpuBuffer } => {
    const { b, h, reverse } = walk;
    const hasLengths = walk.lengths !== null;
    const kernels = [gatesKernel(hasLengths), cellBackKernel(hasLengths), stateBackKernel(hasLengths)] as const;
    const steps = stepsOf(walk);
    const parts: GpuBuffer[] = [];
    let { carry, cellCarry } = last;
    for (let i = steps.length - 1; i >= 0; i--) {
      const args = stepArguments(walk, steps[i]!);
      const all = [gates, products[i]!, cells[i]!, carry, cellCarry, cotangent, ...args];
      const part = device.runMatrix(kernels[0], b, 4 * h, all);
      const nextCell = device.runMatrix(kernels[1], b, h, all);
      const next = device.runMatrix(kernels[2], b, h, [part, of(weight), carry, ...args]);
      release(box, carry, cellCarry);
      carry = next;
      cellCarry = nextCell;
      parts.push(part);
    }
    const joined = join(box, reverse ? parts : parts.toReversed(), b);
    release(box, ...parts);
    return { parts: joined, carry, cellCarry };
  };

  return [
    fuse(lstmStep, {
      accepts: ([gates, hidden, cell, weight, bias]) => areFilled(gates, hidden, cell, weight, bias),
      forward([gates, hidden, cell, weight, bias], _params, wantsGradient) {
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const { states, cells, products } = run(walk, of(gates), { hidden: of(hidden), cell: of(cell) }, weight, bias);
        if (!wantsGradient) release(box, ...products);
        return {
          outputs: [result(states[0]!, [b, h]), result(cells[0]!, [b, h])],
          saved: wantsGradient ? [result(products[0]!, [b, 4 * h])] : [],
        };
      },
      vjp({ inputs, saved: [product], cotangents: [gHidden, gCell], needs }) {
        const [gates, hidden, cell, weight, bias] = inputs;
        const [b, h] = hidden.shape as [number, number];
        const walk = oneStep(hidden);
        const cotangent = gHidden ? of(gHidden) : device.fill(b * h, 0, "f32");
        const last = { carry: device.fill(b * h, 0, "f32"), cellCarry: copyOrZeros(box, gCell, b * h) };
        const back = runBack(walk, of(gates), [of(product!)], [of(cell)], weight, cotangent, last);
        if (!gHidden) release(box, cotangent);
        const wanted = { weight: needs[3] === true, bias: needs[4] === true };
        const { dWeight, dBias } = recurrentGradients(box, back.parts, of(hidden), weight, bias, wanted);
        const states = [result(back.carry, hidden.shape), result(back.cellCarry, cell.shape)];
        return [result(back.parts, gates.shape), ...states, dWeight, dBias];
      },
    }),

    fuse(lstm, {
      accepts: ([x, hidden, cell, weightIh, weightHh]) => areFilled(x, hidden, cell, weightIh, weightHh),
      forward([x, hidden, cell, weightIh, weightHh, biasIh, biasHh, lengths], { reverse = false }, wantsGradient) {
        const walk = walkOf(x, hidden, lengths, reverse);
        const { b, t, h } = walk;
        const gates = project(box, x, weightIh, biasIh);
        const first = { hidden: of(hidden), cell: of(cell) };
        const { states, cells, products } = run(walk, gates, first, weightHh, biasHh);
        const outputs = result(outputsOf(box, walk, states), [b, t, h]);
        const results = [outputs, result(states.pop()!, [b, h]), result(cells.pop()!, [b, h])];
        release(box, ...states);
        if (!wantsGradient) {
          release(box, gates, ...cells, ...products);
          return { outputs: results };
        }
        const saved = [
          result(gates, [b, t, 4 * h]),
          ...products.map((product) => result(product, [b, 4 * h])),
          ...cells.map((before) => result(before, [b, h])),
        ];
        return { outputs: results, saved };
      },
      vjp({ inputs, outputs, saved, cotangents: [gOutputs, gHidden, gCell], needs, params: { reverse = false } }) {
        const [x, hidden, cell, weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const walk = walkOf(x, hidden, lengths, reverse);
        const { b, t, h } = walk;
        const gates = of(saved[0]!);
        const products = saved.slice(1, t + 1).map(of);
        const cells = [of(cell), ...saved.slice(t + 1).map(of)];
        const cotangent = gOutputs ? of(gOutputs) : device.fill(b * t * h, 0, "f32");
        const last = { carry: copyOrZeros(box, gHidden, b * h), cellCarry: copyOrZeros(box, gCell, b * h) };
        const back = runBack(walk, gates, products, cells, weightHh, cotangent, last);
        if (!gOutputs) release(box, cotangent);
        const states = before(box, walk, of(outputs[0]!), of(hidden));
        const wanted = { weight: needs[4] === true, bias: needs[6] === true };
        const recurrent = recurrentGradients(box, back.parts, states, weightHh, biasHh, wanted);
        const [dx, dWeight, dBias] = projectBack(box, back.parts, x, weightIh, biasIh, [needs[0], needs[3], needs[5]]);
        release(box, states, back.parts);
        const first = [result(back.carry, hidden.shape), result(back.cellCarry, cell.shape)];
        return [dx, ...first, dWeight, recurrent.dWeight, dBias, recurrent.dBias, null];
      },
    }),
  ];
}
