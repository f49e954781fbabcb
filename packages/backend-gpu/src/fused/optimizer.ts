import { adamStep, type FusedKernel, fuse, integerPower, lerp } from "@heed/tensor";
import type { Kernel } from "../kernel.js";
import { areFilled, of, result, type Toolbox } from "./toolbox.js";

/** βm + (1 − β)g, where g may carry λ · parameter. */
const firstMomentKernel: Kernel = {
  name: "adam, first moment",
  parameters: {
    parameter: "values",
    gradient: "values",
    moment: "values",
    beta: "number",
    rest: "number",
    decay: "number",
  },
  body: `
    const g = gradient[this.thread.x] + decay * parameter[this.thread.x];
    return beta * moment[this.thread.x] + rest * g;`,
};

const secondMomentKernel: Kernel = {
  name: "adam, second moment",
  parameters: {
    parameter: "values",
    gradient: "values",
    moment: "values",
    beta: "number",
    rest: "number",
    decay: "number",
  },
  body: `
    const g = gradient[this.thread.x] + decay * parameter[this.thread.x];
    return beta * moment[this.thread.x] + rest * g * g;`,
};

const parameterKernel: Kernel = {
  name: "adam, parameter",
  parameters: {
    ...{ parameter: "values", first: "values", second: "values" },
    ...{ kept: "number", rate: "number", correction2: "number", epsilon: "number" },
  },
  body: `
    const deviation = Math.sqrt(second[this.thread.x]) / correction2 + epsilon;
    return parameter[this.thread.x] * kept - rate * first[this.thread.x] / deviation;`,
};

const lerpKernel: Kernel = {
  name: "lerp",
  parameters: { start: "values", end: "values", weight: "number" },
  body: `
    const value = start[this.thread.x];
    return value + weight * (end[this.thread.x] - value);`,
};

/** adamStep: three results, a kernel each; and lerp. */
export function optimizerKernels({ device }: Toolbox): FusedKernel[] {
  return [
    fuse(adamStep, {
      accepts: ([parameter, gradient, first, second]) => areFilled(parameter, gradient, first, second),
      forward([parameter, gradient, first, second], options) {
        const { learningRate, beta1, beta2, epsilon, step, weightDecay = 0, decoupled = false } = options;
        const decay = decoupled ? 0 : weightDecay;
        const size = parameter.buffer.size;
        const common = [of(parameter), of(gradient)];
        const m = device.run(firstMomentKernel, size, [...common, of(first), beta1, 1 - beta1, decay]);
        const v = device.run(secondMomentKernel, size, [...common, of(second), beta2, 1 - beta2, decay]);
        const kept = decoupled ? 1 - learningRate * weightDecay : 1;
        const numbers = [
          kept,
          learningRate / (1 - integerPower(beta1, step)),
          Math.sqrt(1 - integerPower(beta2, step)),
          epsilon,
        ];
        const p = device.run(parameterKernel, size, [of(parameter), m, v, ...numbers]);
        return { outputs: [p, m, v].map((buffer) => result(buffer, parameter.shape)) };
      },
    }),
    fuse(lerp, {
      accepts: ([start, end]) => areFilled(start, end),
      forward([start, end], { weight }) {
        const output = device.run(lerpKernel, start.buffer.size, [of(start), of(end), weight]);
        return { outputs: [result(output, start.shape)] };
      },
    }),
  ];
}
