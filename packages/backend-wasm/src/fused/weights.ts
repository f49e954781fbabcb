import {
  entmax15,
  type FusedKernel,
  fuse,
  maskedSigmoid,
  maskFits,
  type Operand,
  rowsOf,
  sparsemax,
} from "@heed/tensor";
import { maskArguments } from "./mask.js";
import { addressOf, grain, make, rowGrain, type Toolbox } from "./toolbox.js";

/** Code of sigmoid among the functions of one tensor. */
const sigmoidCode = 7;

/** Weights other than those of softmax: sparsemax, 1.5-entmax and sigmoid. */
export function otherWeights(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const unary = engine.kernel("unary");
  const sigmoid = engine.kernel("maskedSigmoid");
  const sigmoidGradient = engine.kernel("sigmoidGradient");

  const accepts = ([x, mask]: readonly [Operand, Operand | null]): boolean =>
    x.dtype === "f32" && x.buffer.size > 0 && maskFits(mask, x.shape);

  const sparse = (op: typeof sparsemax | typeof entmax15): FusedKernel => {
    const weigh = engine.kernel(op.opName);
    const gradient = engine.kernel(`${op.opName}Gradient`);
    return fuse(op, {
      accepts,
      forward([x, mask]) {
        const { rows, n } = rowsOf(x);
        const out = make(box, x.shape);
        const told = mask ? maskArguments(engine, mask, x) : [0, 0, 0, 0];
        engine.run(weigh, rows, rowGrain(n), 0, [addressOf(x), out.buffer.pointer, n, ...told]);
        return { outputs: [out] };
      },
      vjp({ outputs: [y], cotangents: [g] }) {
        const { rows, n } = rowsOf(y!);
        const out = make(box, y!.shape);
        engine.run(gradient, rows, rowGrain(n), 0, [addressOf(y), addressOf(g), out.buffer.pointer, n]);
        return [out, null];
      },
    });
  };

  return [
    sparse(sparsemax),
    sparse(entmax15),
    fuse(maskedSigmoid, {
      accepts,
      forward([x, mask]) {
        const { rows, n } = rowsOf(x);
        const out = make(box, x.shape);
        const { pointer } = out.buffer;
        if (!mask) engine.run(unary, x.buffer.size, grain, 0, [sigmoidCode, addressOf(x), pointer]);
        else engine.run(sigmoid, rows, rowGrain(n), 0, [addressOf(x), pointer, n, ...maskArguments(engine, mask, x)]);
        return { outputs: [out] };
      },
      vjp({ inputs: [, mask], outputs: [y], cotangents: [g] }) {
        const { rows, n } = rowsOf(y!);
        const out = make(box, y!.shape);
        const told = mask ? maskArguments(engine, mask, y!) : [0, 0, 0, 0];
        const args = [addressOf(y), addressOf(g), out.buffer.pointer, n, ...told];
        engine.run(sigmoidGradient, rows, 4 * rowGrain(n), 0, args);
        return [out, null];
      },
    }),
  ];
}
