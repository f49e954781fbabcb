import { type Backend, use } from "@heed/tensor";
import { type Adapter, type Prepared, Unsupported } from "../contestants/contestant.js";
import type { Work } from "../work.js";
import { prepareAttention } from "./attention.js";
import { prepareDecode } from "./decode.js";
import { prepareElementwise } from "./elementwise.js";
import { prepareGru } from "./gru.js";
import { prepareMatmul, prepareSoftmax } from "./matmul.js";
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
