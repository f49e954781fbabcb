import { add, type Backend, exp, matmul, scope, sigmoid, softmax, type Tensor, tanh, use } from "@heed/tensor";
import { type Adapter, type Prepared, Unsupported } from "../contestants/contestant.js";
import type { ElementwiseWork, Work } from "../work.js";
import { prepareAttention } from "./attention.js";
import { prepareDecode } from "./decode.js";
import { prepareGru } from "./gru.js";
import { forwardKernel, input } from "./kernel.js";
import { prepareTrain } from "./train.js";

/** heed itself, through its public functions, on any of its backends. */
export function heedAdapter(backend: Backend): Adapter {
  const { device, precision, threads, details, fallbacks } = backend.report();
  return {
    describe: () => ({
      versions: {},
      details: {
        backend: backend.name,
        device,
        precision,
        threads,
        ...details,
        ...Object.fromEntries(fallbacks.map(({ wanted, got, why }) => [`${got} in place of ${wanted}`, why])),
      },
    }),
    prepare: async (work) => {
      await use(backend);
      return prepare(work);
    },
  };
}

function prepare(work: Work): Prepared {
  switch (work.kind) {
    case "matmul":
      return prepareMatmul(work);
    case "elementwise":
      return prepareElementwise(work);
    case "softmax":
      return prepareSoftmax(work);
    case "attention":
    case "additive":
      return prepareAttention(work);
    case "gru":
      return prepareGru(work);
    case "train":
      return prepareTrain(work);
    case "decode":
      return prepareDecode(work);
    default:
      throw new Unsupported("only the machine itself measures its limits");
  }
}

function prepareElementwise({ op, size, columns }: ElementwiseWork): Prepared {
  const a = input(1, [size / columns, columns], 8);
  if (op === "add" || op === "addRow") {
    const b = input(2, op === "add" ? [size / columns, columns] : [columns], 8);
    return forwardKernel([a, b], () => add(a, b));
  }
  const call: (x: Tensor) => Tensor = { exp, tanh, sigmoid }[op];
  return forwardKernel([a], () => call(a));
}

function prepareMatmul({ m, k, n }: Extract<Work, { kind: "matmul" }>): Prepared {
  const a = input(1, [m, k], 2);
  const b = input(2, [k, n], 2);
  return forwardKernel([a, b], () => matmul(a, b));
}

function prepareSoftmax({ rows, columns }: Extract<Work, { kind: "softmax" }>): Prepared {
  const x = input(1, [rows, columns], 8);
  return forwardKernel([x], () => scope(() => softmax(x, { axis: -1 })));
}
