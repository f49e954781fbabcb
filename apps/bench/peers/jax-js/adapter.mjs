import { Unsupported, values } from "../../dist/kit.js";
import { decoding, trainSteps } from "./seq2seq.mjs";

/**
 * jax-js on whichever device is its default; here, and in a page. Functions are jitted; every array that goes into a call is
 * consumed by it, hence the `.ref`. Each call is waited for: what nobody waits for may never be computed.
 */
export function jaxAdapter(jax, description) {
  const { jit, nn, numpy: np, vjp } = jax;

  const input = (seed, shape, scale) =>
    np
      .array(
        values(
          seed,
          shape.reduce((a, b) => a * b, 1),
          scale,
        ),
      )
      .reshape(shape);

  /** One call a run. */
  const forwardKernel = (inputs, call) => {
    const compiled = jit(call);
    let out;
    return {
      run: async () => {
        out?.dispose();
        out = compiled(...inputs.map((each) => each.ref));
        await out.blockUntilReady();
      },
      read: async () => ({ out: await out.ref.data() }),
      dispose: () => {
        for (const array of [...inputs, ...(out ? [out] : [])]) array.dispose();
      },
    };
  };

  /** One call, and back to all inputs. */
  const gradientKernel = (inputs, cotangent, call) => {
    const names = Object.keys(inputs);
    const compiled = jit((cotangent, ...args) => {
      const [out, back] = vjp(call, args);
      out.dispose();
      return back(cotangent);
    });
    let gradients = [];
    const free = (arrays) => {
      for (const array of arrays) array.dispose();
    };
    return {
      run: async () => {
        free(gradients);
        gradients = compiled(cotangent.ref, ...Object.values(inputs).map((each) => each.ref));
        for (const gradient of gradients) await gradient.blockUntilReady();
      },
      read: async () =>
        Object.fromEntries(await Promise.all(names.map(async (name, i) => [name, await gradients[i].ref.data()]))),
      dispose: () => free([...Object.values(inputs), cotangent, ...gradients]),
    };
  };

  const kernels = {
    matmul: ({ m, k, n }) => forwardKernel([input(1, [m, k], 2), input(2, [k, n], 2)], (a, b) => np.matmul(a, b)),
    elementwise({ op, size, columns }) {
      const a = input(1, [size / columns, columns], 8);
      if (op === "add" || op === "addRow") {
        return forwardKernel([a, input(2, op === "add" ? [size / columns, columns] : [columns], 8)], (a, b) =>
          a.add(b),
        );
      }
      return forwardKernel([a], { exp: np.exp, tanh: np.tanh, sigmoid: nn.sigmoid }[op]);
    },
    softmax: ({ rows, columns }) => forwardKernel([input(1, [rows, columns], 8)], (x) => nn.softmax(x, -1)),
    attention({ b, q, k, d, backward }) {
      const inputs = { dQuery: input(1, [b, q, d], 2), dKeys: input(2, [b, k, d], 2), dValues: input(3, [b, k, d], 2) };
      const attend = (query, keys, value) => {
        const scores = np.matmul(query, keys.transpose([0, 2, 1])).mul(1 / Math.sqrt(d));
        return np.matmul(nn.softmax(scores, -1), value);
      };
      if (!backward) return forwardKernel(Object.values(inputs), attend);
      return gradientKernel(inputs, input(4, [b, q, d], 2), attend);
    },
    additive({ b, q, k, d, backward }) {
      const inputs = {
        dQuery: input(1, [b, q, d], 2),
        dKeys: input(2, [b, k, d], 2),
        dV: input(3, [d], 2 / Math.sqrt(d)),
      };
      const score = (query, keys, v) =>
        np
          .matmul(np.tanh(query.reshape([b, q, 1, d]).add(keys.reshape([b, 1, k, d]))), v.reshape([d, 1]))
          .reshape([b, q, k]);
      if (!backward) return forwardKernel(Object.values(inputs), score);
      return gradientKernel(inputs, input(4, [b, q, k], 2), score);
    },
    gru({ b, t, i, h, backward }) {
      const scale = 2 / Math.sqrt(h);
      const inputs = {
        dX: input(1, [b, t, i], 2),
        dWeightIh: input(2, [3 * h, i], scale),
        dWeightHh: input(3, [3 * h, h], scale),
        dBiasIh: input(4, [3 * h], scale),
        dBiasHh: input(5, [3 * h], scale),
      };
      const third = (x, part) => x.slice([], [part * h, (part + 1) * h]);
      const call = (x, weightIh, weightHh, biasIh, biasHh) => {
        const gates = np
          .matmul(x.reshape([b * t, i]), weightIh.transpose())
          .add(biasIh)
          .reshape([b, t, 3 * h]);
        const recurrent = weightHh.transpose();
        let hidden = np.zeros([b, h]);
        const outputs = [];
        for (let step = 0; step < t; step++) {
          const ofX = gates.ref.slice([], step);
          const ofH = np.matmul(hidden.ref, recurrent.ref).add(biasHh.ref);
          const reset = nn.sigmoid(third(ofX.ref, 0).add(third(ofH.ref, 0)));
          const update = nn.sigmoid(third(ofX.ref, 1).add(third(ofH.ref, 1)));
          const candidate = np.tanh(third(ofX, 2).add(reset.mul(third(ofH, 2))));
          hidden = candidate.ref.add(update.mul(hidden.sub(candidate)));
          outputs.push(hidden.ref);
        }
        for (const array of [gates, recurrent, biasHh, hidden]) array.dispose();
        return np.stack(outputs, 1);
      };
      if (!backward) return forwardKernel(Object.values(inputs), call);
      return gradientKernel(inputs, input(6, [b, t, h], 2), call);
    },
    train: (work) => trainSteps(jax, work, input),
    decode: (work) => decoding(jax, work, input),
  };

  return {
    describe: () => description,
    prepare: async (work) => {
      const kernel = kernels[work.kind];
      if (!kernel) throw new Unsupported(`no ${work.kind}`);
      return kernel(work);
    },
  };
}
