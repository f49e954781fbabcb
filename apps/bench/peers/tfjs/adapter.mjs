import { Unsupported, values } from "../../dist/kit.js";
import { forwardKernel, gradientKernel } from "./kernel.mjs";
import { gruOutputs, layersOf } from "./layers.mjs";
import { Seq2Seq, trainSteps } from "./seq2seq.mjs";

/** TensorFlow.js on whichever backend it runs; here, and in a page. */
export function tfjsAdapter(tf, description) {
  const input = (seed, shape, scale) =>
    tf.tensor(
      values(
        seed,
        shape.reduce((a, b) => a * b, 1),
        scale,
      ),
      shape,
    );
  const layers = layersOf(tf);

  const kernels = {
    matmul({ m, k, n }) {
      const [a, b] = [input(1, [m, k], 2), input(2, [k, n], 2)];
      return forwardKernel(tf, [a, b], (a, b) => tf.matMul(a, b));
    },
    elementwise({ op, size, columns }) {
      const a = input(1, [size / columns, columns], 8);
      if (op !== "add" && op !== "addRow") return forwardKernel(tf, [a], (a) => tf[op](a));
      const b = input(2, op === "add" ? a.shape : [columns], 8);
      return forwardKernel(tf, [a, b], (a, b) => tf.add(a, b));
    },
    softmax({ rows, columns }) {
      const x = input(1, [rows, columns], 8);
      return forwardKernel(tf, [x], (x) => tf.softmax(x));
    },
    attention({ b, q, k, d, backward }) {
      const inputs = { dQuery: input(1, [b, q, d], 2), dKeys: input(2, [b, k, d], 2), dValues: input(3, [b, k, d], 2) };
      const attend = (query, keys, value) =>
        tf.matMul(tf.softmax(tf.mul(tf.matMul(query, keys, false, true), 1 / Math.sqrt(d))), value);
      if (!backward) return forwardKernel(tf, Object.values(inputs), attend);
      return gradientKernel(tf, inputs, input(4, [b, q, d], 2), attend);
    },
    additive({ b, q, k, d, backward }) {
      const inputs = {
        dQuery: input(1, [b, q, d], 2),
        dKeys: input(2, [b, k, d], 2),
        dV: input(3, [d], 2 / Math.sqrt(d)),
      };
      const score = (query, keys, v) => {
        const hidden = tf.tanh(tf.add(tf.expandDims(query, 2), tf.expandDims(keys, 1)));
        return tf.reshape(layers.product(tf.reshape(hidden, [b * q * k, d]), tf.reshape(v, [d, 1])), [b, q, k]);
      };
      if (!backward) return forwardKernel(tf, Object.values(inputs), score);
      return gradientKernel(tf, inputs, input(4, [b, q, k], 2), score);
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
      const call = (x, weightIh, weightHh, biasIh, biasHh) =>
        gruOutputs(tf, layers, x, tf.transpose(weightIh), tf.transpose(weightHh), biasIh, biasHh);
      if (!backward) return forwardKernel(tf, Object.values(inputs), call);
      return gradientKernel(tf, inputs, input(6, [b, t, h], 2), call);
    },
    train: (work) => trainSteps(tf, layers, work, input),
    decode(work) {
      if (tf.getBackend() === "webgpu") throw new Unsupported("tokens are read at once, which WebGPU cannot do");
      const model = new Seq2Seq(tf, layers, work, input);
      let ids = [];
      return {
        run: () => {
          ids = model.decodeGreedily(work.sequences, work.maxLength);
        },
        read: async () => ({ ids }),
        dispose: () => tf.dispose(Object.values(model.variables)),
      };
    },
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
