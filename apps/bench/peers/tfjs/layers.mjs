/**
 * Products and look-ups with gradients that TensorFlow.js computes fast. Its own gradient of a product asks for products
 * of transposed matrices, which miss the fast path of the wasm backend; its own gradient of a look-up has no kernel there.
 */
export function layersOf(tf) {
  /** `[m, k] · [k, n]`. */
  const product = tf.customGrad((a, b, save) => {
    save([a, b]);
    return {
      value: tf.matMul(a, b),
      gradFunc: (dy, [a, b]) => [tf.matMul(dy, tf.transpose(b)), tf.matMul(tf.transpose(a), dy)],
    };
  });

  /** Asked for floats, the wasm backend writes the bits of integers: they are converted instead. */
  const oneHot = (ids, size) => tf.cast(tf.oneHot(ids, size), "float32");

  /** Rows of `[v, e]` by ids `[n]`; back, a product with the ids as one-hot rows, `[v, n] · [n, e]`. */
  const embed = (table, ids) =>
    tf.customGrad((table, save) => {
      save([ids]);
      const [v] = table.shape;
      return {
        value: tf.gather(table, ids),
        gradFunc: (dy, [ids]) => tf.matMul(tf.transpose(oneHot(ids, v)), dy),
      };
    })(table);

  return { product, embed, oneHot };
}

/** A step from the input's part of the gates, `[b, 3h]`, in PyTorch's order: reset, update, new. */
export function gruStep(tf, { product }, gates, hidden, weightHh, biasHh) {
  const [resetX, updateX, newX] = tf.split(gates, 3, 1);
  const [resetH, updateH, newH] = tf.split(tf.add(product(hidden, weightHh), biasHh), 3, 1);
  const reset = tf.sigmoid(tf.add(resetX, resetH));
  const update = tf.sigmoid(tf.add(updateX, updateH));
  const candidate = tf.tanh(tf.add(newX, tf.mul(reset, newH)));
  return tf.add(candidate, tf.mul(update, tf.sub(hidden, candidate)));
}

/** A GRU over `[b, t, i]`; weights are `[i, 3h]` and `[h, 3h]`. `keep`: for each step, 1 where a sequence has not ended. */
export function gruOutputs(tf, layers, x, weightIh, weightHh, biasIh, biasHh, keep = null) {
  const [b, t, i] = x.shape;
  const h = weightHh.shape[0];
  const gates = tf.add(layers.product(tf.reshape(x, [b * t, i]), weightIh), biasIh);
  let hidden = tf.zeros([b, h]);
  const outputs = tf.unstack(tf.reshape(gates, [b, t, 3 * h]), 1).map((gate, step) => {
    const next = gruStep(tf, layers, gate, hidden, weightHh, biasHh);
    hidden = keep ? tf.add(hidden, tf.mul(keep[step], tf.sub(next, hidden))) : next;
    return hidden;
  });
  return tf.stack(outputs, 1);
}
