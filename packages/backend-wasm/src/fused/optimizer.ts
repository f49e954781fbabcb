import { adamStep, type FusedKernel, fuse, integerPower, lerp } from "@heed/tensor";
import { addressOf, grain, make, type Toolbox } from "./toolbox.js";

/** One step of Adam, and of a moving average, in one pass over the parameter. */
export function optimizer(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const kernel = engine.kernel("adamStep");
  const lerpKernel = engine.kernel("lerp");
  return [
    fuse(adamStep, {
      accepts: (inputs) => inputs.every((x) => x.dtype === "f32" && x.buffer.size === inputs[0].buffer.size),
      forward(inputs, { learningRate, beta1, beta2, epsilon, step, weightDecay = 0, decoupled = false }) {
        const shape = inputs[0].shape;
        const outputs = [make(box, shape), make(box, shape), make(box, shape)];
        const decay = decoupled ? 0 : weightDecay;
        const shrink = decoupled ? 1 - learningRate * weightDecay : 1;
        const correction = 1 / Math.sqrt(1 - integerPower(beta2, step));
        const rate = learningRate / (1 - integerPower(beta1, step));
        const moments = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon];
        const args = [...inputs, ...outputs].map(addressOf).concat(moments, decay, shrink, correction, rate);
        engine.run(kernel, outputs[0]!.buffer.size, 4 * grain, 0, args);
        return { outputs };
      },
    }),
    fuse(lerp, {
      accepts: (inputs) => inputs.every((x) => x.dtype === "f32" && x.buffer.size === inputs[0].buffer.size),
      forward(inputs, { weight }) {
        const output = make(box, inputs[0].shape);
        engine.run(lerpKernel, output.buffer.size, 4 * grain, 0, [...[...inputs, output].map(addressOf), weight]);
        return { outputs: [output] };
      },
    }),
  ];
}
