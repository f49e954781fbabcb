import { type FusedKernel, fuse, gru, gruStep, type Operand } from "@heed/tensor";
import { layInState, projectBack, projectInput, type RecurrentSizes, recurrentGradients, walk } from "./recurrence.js";
import { addressOf, copyOrZeros, make, type Toolbox } from "./toolbox.js";

/** gru over whole sequences, and gruStep: the same kernel, with one step. */
export function gruKernels(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const forward = engine.kernel("gruForward");
  const backward = engine.kernel("gruBackward");

  /** What the step kernel and the sequence kernel share. @param states - the address of the states before each step */
  const run = (
    sizes: RecurrentSizes,
    gates: number,
    weight: Operand,
    bias: Operand | null,
    lengths: number,
    reverse: boolean,
    states: number,
    saved: number,
    outputs: number,
    last: number,
  ): void => {
    const { b, h } = sizes;
    const recurrent = engine.buffer(b * 3 * h, "f32");
    const after = [addressOf(bias), lengths, Number(reverse), states, saved, outputs, last, recurrent.pointer];
    walk(box, forward, sizes, "forward", weight, [gates], after);
    engine.free(recurrent);
  };

  return [
    fuse(gruStep, {
      accepts: ([gates]) => gates.dtype === "f32" && gates.buffer.size > 0,
      forward([gates, hidden, weight, bias], _params, wantsGradient) {
        const [b, h] = hidden.shape as [number, number];
        const out = make(box, [b, h]);
        const saved = wantsGradient ? make(box, [b, 4 * h]) : null;
        const to = out.buffer.pointer;
        const sizes = { b, t: 1, h, gates: 3 };
        run(sizes, addressOf(gates), weight, bias, 0, false, addressOf(hidden), addressOf(saved), to, to);
        return { outputs: [out], saved: saved ? [saved] : [] };
      },
      vjp({ inputs: [gates, hidden, weight, bias], saved: [saved], cotangents: [g], needs }) {
        const [b, h] = hidden.shape as [number, number];
        const sizes = { b, t: 1, h, gates: 3 };
        const dHidden = copyOrZeros(box, g, hidden.shape);
        const dGates = make(box, gates.shape);
        const dRecurrent = make(box, gates.shape);
        const to = [dHidden, dGates, dRecurrent].map(addressOf);
        walk(box, backward, sizes, "backward", weight, [], [0, 0, addressOf(hidden), addressOf(saved), 0, ...to]);
        const wanted = { weight: needs[2] === true, bias: bias !== null && needs[3] === true };
        const { dWeight, dBias } = recurrentGradients(box, sizes, dRecurrent.buffer, addressOf(hidden), wanted);
        engine.free(dRecurrent.buffer);
        return [dGates, dHidden, dWeight, dBias];
      },
    }),

    fuse(gru, {
      accepts: ([x, hidden]) => x.dtype === "f32" && x.buffer.size * hidden.buffer.size > 0,
      forward([x, hidden, weightIh, weightHh, biasIh, biasHh, lengths], { reverse = false }, wantsGradient) {
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const gates = projectInput(box, sizes, x, weightIh, biasIh);
        const outputs = make(box, [b, t, h]);
        const last = make(box, [b, h]);
        const states = make(box, [b, t, h]);
        const saved = wantsGradient ? make(box, [b, t, 4 * h]) : null;
        layInState(box, sizes, hidden, states.buffer, reverse);
        const from = [weightHh, biasHh] as const;
        const to = [addressOf(states), addressOf(saved), addressOf(outputs), addressOf(last)] as const;
        run(sizes, gates.pointer, ...from, addressOf(lengths), reverse, ...to);
        engine.free(gates);
        if (saved) return { outputs: [outputs, last], saved: [states, saved] };
        engine.free(states.buffer);
        return { outputs: [outputs, last] };
      },
      vjp({ inputs, saved: [states, saved], cotangents: [gOutputs, gLast], needs, params: { reverse = false } }) {
        const [x, hidden, weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const dHidden = copyOrZeros(box, gLast, [b, h]);
        const dGates = make(box, [b, t, 3 * h]);
        const dRecurrent = make(box, [b, t, 3 * h]);
        const from = [addressOf(lengths), Number(reverse), addressOf(states), addressOf(saved), addressOf(gOutputs)];
        const to = [dHidden, dGates, dRecurrent].map(addressOf);
        walk(box, backward, sizes, "backward", weightHh, [], [...from, ...to]);
        const wanted = { weight: needs[3] === true, bias: biasHh !== null && needs[5] === true };
        const recurrent = recurrentGradients(box, sizes, dRecurrent.buffer, addressOf(states), wanted);
        engine.free(dRecurrent.buffer);
        const input = projectBack(box, sizes, dGates.buffer, x, weightIh, {
          x: needs[0] === true,
          weight: needs[2] === true,
          bias: biasIh !== null && needs[4] === true,
        });
        engine.free(dGates.buffer);
        return [input.dx, dHidden, input.dWeight, recurrent.dWeight, input.dBias, recurrent.dBias, null];
      },
    }),
  ];
}

function sizesOf(x: Operand, hidden: Operand): RecurrentSizes {
  return { b: x.shape[0]!, t: x.shape[1]!, h: hidden.shape[1]!, gates: 3 };
}
