import { type FusedKernel, fuse, type Operand, rnn, rnnStep } from "@heed/tensor";
import { layInState, projectBack, projectInput, type RecurrentSizes, recurrentGradients, walk } from "./recurrence.js";
import { addressOf, copyOrZeros, make, type Toolbox } from "./toolbox.js";

/** rnn over whole sequences, and rnnStep: the same kernel, with one step. */
export function rnnKernels(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const forward = engine.kernel("rnnForward");
  const backward = engine.kernel("rnnBackward");

  return [
    fuse(rnnStep, {
      accepts: ([gates]) => gates.dtype === "f32" && gates.buffer.size > 0,
      forward([gates, hidden, weight, bias], { nonlinearity = "tanh" }) {
        const [b, h] = hidden.shape as [number, number];
        const out = make(box, [b, h]);
        const recurrent = engine.buffer(b * h, "f32");
        const to = [addressOf(hidden), addressOf(out), addressOf(out), recurrent.pointer];
        const after = [addressOf(bias), 0, 0, ...to, Number(nonlinearity === "relu")];
        walk(box, forward, { b, t: 1, h, gates: 1 }, "forward", weight, [addressOf(gates)], after);
        engine.free(recurrent);
        return { outputs: [out] };
      },
      vjp({ inputs: [gates, hidden, weight, bias], outputs: [out], cotangents: [g], needs, params }) {
        const [b, h] = hidden.shape as [number, number];
        const sizes = { b, t: 1, h, gates: 1 };
        const dHidden = copyOrZeros(box, g, hidden.shape);
        const dGates = make(box, gates.shape);
        const relu = Number(params.nonlinearity === "relu");
        const after = [0, 0, addressOf(out), 0, addressOf(dHidden), addressOf(dGates), relu];
        walk(box, backward, sizes, "backward", weight, [], after);
        const wanted = { weight: needs[2] === true, bias: bias !== null && needs[3] === true };
        const { dWeight, dBias } = recurrentGradients(box, sizes, dGates.buffer, addressOf(hidden), wanted);
        return [dGates, dHidden, dWeight, dBias];
      },
    }),

    fuse(rnn, {
      accepts: ([x, hidden]) => x.dtype === "f32" && x.buffer.size * hidden.buffer.size > 0,
      forward(
        [x, hidden, weightIh, weightHh, biasIh, biasHh, lengths],
        { reverse = false, nonlinearity = "tanh" },
        keep,
      ) {
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const gates = projectInput(box, sizes, x, weightIh, biasIh);
        const [outputs, last, states] = [make(box, [b, t, h]), make(box, [b, h]), make(box, [b, t, h])];
        const recurrent = engine.buffer(b * h, "f32");
        layInState(box, sizes, hidden, states.buffer, reverse);
        const to = [states, outputs, last].map(addressOf);
        const relu = Number(nonlinearity === "relu");
        const after = [addressOf(biasHh), addressOf(lengths), Number(reverse), ...to, recurrent.pointer, relu];
        walk(box, forward, sizes, "forward", weightHh, [gates.pointer], after);
        engine.free(recurrent);
        engine.free(gates);
        if (keep) return { outputs: [outputs, last], saved: [states] };
        engine.free(states.buffer);
        return { outputs: [outputs, last] };
      },
      vjp({ inputs, outputs: [outputs], saved: [states], cotangents: [gOutputs, gLast], needs, params }) {
        const [x, hidden, weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const dHidden = copyOrZeros(box, gLast, [b, h]);
        const dGates = make(box, [b, t, h]);
        const from = [addressOf(lengths), Number(params.reverse ?? false), addressOf(outputs), addressOf(gOutputs)];
        const relu = Number(params.nonlinearity === "relu");
        walk(box, backward, sizes, "backward", weightHh, [], [...from, addressOf(dHidden), addressOf(dGates), relu]);
        const wanted = { weight: needs[3] === true, bias: biasHh !== null && needs[5] === true };
        const recurrent = recurrentGradients(box, sizes, dGates.buffer, addressOf(states), wanted);
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
  return { b: x.shape[0]!, t: x.shape[1]!, h: hidden.shape[1]!, gates: 1 };
}
