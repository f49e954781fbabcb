import { type FusedKernel, fuse, lstm, lstmStep, type Operand } from "@heed/tensor";
import { layInState, projectBack, projectInput, type RecurrentSizes, recurrentGradients, walk } from "./recurrence.js";
import { addressOf, copyOrZeros, make, type Toolbox } from "./toolbox.js";

/** lstm over whole sequences, and lstmStep: the same kernel, with one step. */
export function lstmKernels(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const forward = engine.kernel("lstmForward");
  const backward = engine.kernel("lstmBackward");

  return [
    fuse(lstmStep, {
      accepts: ([gates]) => gates.dtype === "f32" && gates.buffer.size > 0,
      forward([gates, hidden, cell, weight, bias], _params, wantsGradient) {
        const [b, h] = hidden.shape as [number, number];
        const [out, nextCell] = [make(box, [b, h]), make(box, [b, h])];
        const saved = wantsGradient ? make(box, [b, 5 * h]) : null;
        const recurrent = engine.buffer(b * 4 * h, "f32");
        const states = [addressOf(hidden), addressOf(cell), addressOf(saved)];
        const to = [addressOf(out), addressOf(out), addressOf(nextCell), recurrent.pointer];
        const after = [addressOf(bias), 0, 0, ...states, ...to];
        walk(box, forward, { b, t: 1, h, gates: 4 }, "forward", weight, [addressOf(gates)], after);
        engine.free(recurrent);
        return { outputs: [out, nextCell], saved: saved ? [saved] : [] };
      },
      vjp({ inputs: [gates, hidden, cell, weight, bias], saved: [saved], cotangents: [g, gCell], needs }) {
        const [b, h] = hidden.shape as [number, number];
        const sizes = { b, t: 1, h, gates: 4 };
        const dHidden = copyOrZeros(box, g, hidden.shape);
        const dCell = copyOrZeros(box, gCell, cell.shape);
        const dGates = make(box, gates.shape);
        const to = [dHidden, dCell, dGates].map(addressOf);
        walk(box, backward, sizes, "backward", weight, [], [0, 0, addressOf(cell), addressOf(saved), 0, ...to]);
        const wanted = { weight: needs[3] === true, bias: bias !== null && needs[4] === true };
        const { dWeight, dBias } = recurrentGradients(box, sizes, dGates.buffer, addressOf(hidden), wanted);
        return [dGates, dHidden, dCell, dWeight, dBias];
      },
    }),

    fuse(lstm, {
      accepts: ([x, hidden]) => x.dtype === "f32" && x.buffer.size * hidden.buffer.size > 0,
      forward([x, hidden, cell, weightIh, weightHh, biasIh, biasHh, lengths], { reverse = false }, wantsGradient) {
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const gates = projectInput(box, sizes, x, weightIh, biasIh);
        const outputs = make(box, [b, t, h]);
        const [last, lastCell] = [make(box, [b, h]), make(box, [b, h])];
        const [states, cells] = [make(box, [b, t, h]), make(box, [b, t, h])];
        const saved = wantsGradient ? make(box, [b, t, 5 * h]) : null;
        const recurrent = engine.buffer(b * 4 * h, "f32");
        layInState(box, sizes, hidden, states.buffer, reverse);
        layInState(box, sizes, cell, cells.buffer, reverse);
        const to = [states, cells, saved, outputs, last, lastCell].map(addressOf);
        const after = [addressOf(biasHh), addressOf(lengths), Number(reverse), ...to, recurrent.pointer];
        walk(box, forward, sizes, "forward", weightHh, [gates.pointer], after);
        engine.free(recurrent);
        engine.free(gates);
        if (saved) return { outputs: [outputs, last, lastCell], saved: [states, cells, saved] };
        engine.free(states.buffer);
        engine.free(cells.buffer);
        return { outputs: [outputs, last, lastCell] };
      },
      vjp({ inputs, saved: [states, cells, saved], cotangents, needs, params: { reverse = false } }) {
        const [x, hidden, , weightIh, weightHh, biasIh, biasHh, lengths] = inputs;
        const sizes = sizesOf(x, hidden);
        const { b, t, h } = sizes;
        const dHidden = copyOrZeros(box, cotangents[1], [b, h]);
        const dCell = copyOrZeros(box, cotangents[2], [b, h]);
        const dGates = make(box, [b, t, 4 * h]);
        const from = [
          addressOf(lengths),
          Number(reverse),
          addressOf(cells),
          addressOf(saved),
          addressOf(cotangents[0]),
        ];
        const to = [dHidden, dCell, dGates].map(addressOf);
        walk(box, backward, sizes, "backward", weightHh, [], [...from, ...to]);
        const wanted = { weight: needs[4] === true, bias: biasHh !== null && needs[6] === true };
        const recurrent = recurrentGradients(box, sizes, dGates.buffer, addressOf(states), wanted);
        const input = projectBack(box, sizes, dGates.buffer, x, weightIh, {
          x: needs[0] === true,
          weight: needs[3] === true,
          bias: biasIh !== null && needs[5] === true,
        });
        engine.free(dGates.buffer);
        return [input.dx, dHidden, dCell, input.dWeight, recurrent.dWeight, input.dBias, recurrent.dBias, null];
      },
    }),
  ];
}

function sizesOf(x: Operand, hidden: Operand): RecurrentSizes {
  return { b: x.shape[0]!, t: x.shape[1]!, h: hidden.shape[1]!, gates: 4 };
}
