import { gruOutputs, gruStep } from "./layers.mjs";

/** GRU, additive attention from the previous state, GRU, as a good user of TensorFlow.js would write it. */
export class Seq2Seq {
  constructor(tf, layers, { parameters, hidden }, input) {
    this.tf = tf;
    this.layers = layers;
    this.hidden = hidden;
    this.variables = Object.fromEntries(
      parameters.map(({ name, seed, shape, scale }) => {
        const first = input(seed, shape, scale);
        // [in, out]: products of matrices as they lie in memory are the fast ones.
        const isWeight = /\.(weight_ih|weight_hh|weight)$/.test(name);
        return [name, tf.variable(isWeight ? tf.transpose(first) : first)];
      }),
    );
  }

  /** @param keep - for each step, `[b, 1]`, 1 where a sequence has not ended; null when all are as long as the batch */
  encode(source, [b, s], keep) {
    const { tf, layers, variables: v } = this;
    const embedded = tf.reshape(layers.embed(v["source.embedding"], source), [b, s, -1]);
    const states = gruOutputs(
      tf,
      layers,
      embedded,
      v["encoder.weight_ih"],
      v["encoder.weight_hh"],
      v["encoder.bias_ih"],
      v["encoder.bias_hh"],
      keep,
    );
    const keys = tf.reshape(layers.product(tf.reshape(states, [b * s, -1]), v["attention.U"]), [b, s, -1]);
    const last = tf.squeeze(tf.slice(states, [0, s - 1, 0], [b, 1, this.hidden]), [1]);
    const penalty = keep && tf.mul(tf.sub(1, tf.concat(keep, 1)), -1e9); // b s
    return { states, keys, last, penalty };
  }

  /** The context for a state, `[b, h]`. */
  attend(hidden, { states, keys, penalty }) {
    const { tf, layers, variables: v } = this;
    const [b, s, h] = keys.shape;
    const query = tf.expandDims(layers.product(hidden, v["attention.W"]), 1);
    const energies = tf.reshape(tf.tanh(tf.add(query, keys)), [b * s, h]);
    const scores = tf.reshape(layers.product(energies, tf.reshape(v["attention.v"], [h, 1])), [b, s]);
    const weights = tf.softmax(penalty ? tf.add(scores, penalty) : scores);
    return tf.squeeze(tf.matMul(tf.expandDims(weights, 1), states), [1]);
  }

  /** The decoder's weights for the token and for the context. */
  inputWeights() {
    const { tf, variables: v } = this;
    const weight = v["decoder.weight_ih"];
    const e = weight.shape[0] - this.hidden;
    return tf.split(weight, [e, this.hidden], 0);
  }

  step(tokenGates, hidden, encoded, ofContext) {
    const { tf, layers, variables: v } = this;
    const gates = tf.add(tokenGates, layers.product(this.attend(hidden, encoded), ofContext));
    return gruStep(tf, layers, gates, hidden, v["decoder.weight_hh"], v["decoder.bias_hh"]);
  }

  logits(hidden) {
    const { tf, layers, variables: v } = this;
    return tf.add(layers.product(hidden, v["output.weight"]), v["output.bias"]);
  }

  tokenGates(ids, ofToken) {
    const { tf, layers, variables: v } = this;
    return tf.add(layers.product(layers.embed(v["target.embedding"], ids), ofToken), v["decoder.bias_ih"]);
  }

  /** Nats per token that is not padding, with teacher forcing. */
  loss({ source, decoderInput, target, weights, b, s, t, keep, tokens }) {
    const { tf } = this;
    const encoded = this.encode(source, [b, s], keep);
    const [ofToken, ofContext] = this.inputWeights();
    const gates = tf.unstack(tf.reshape(this.tokenGates(decoderInput, ofToken), [b, t, -1]), 1);
    let hidden = encoded.last;
    const outputs = gates.map((gate) => {
      hidden = this.step(gate, hidden, encoded, ofContext);
      return hidden;
    });
    const logits = this.logits(tf.reshape(tf.stack(outputs, 1), [b * t, this.hidden]));
    const picked = tf.sum(tf.mul(tf.logSoftmax(logits), this.layers.oneHot(target, logits.shape[1])), 1);
    return tf.div(tf.neg(tf.sum(tf.mul(picked, weights))), tokens);
  }

  decodeGreedily(sequences, maxLength) {
    const { tf } = this;
    const [b, s] = [sequences.length, sequences[0].length];
    const chosen = tf.tidy(() => {
      const encoded = this.encode(tf.tensor1d(sequences.flat(), "int32"), [b, s], null);
      const [ofToken, ofContext] = this.inputWeights();
      let hidden = encoded.last;
      let ids = tf.fill([b], 1, "int32");
      return Array.from({ length: maxLength }, () => {
        hidden = this.step(this.tokenGates(ids, ofToken), hidden, encoded, ofContext);
        ids = tf.argMax(this.logits(hidden), 1);
        return ids.dataSync(); // whether all have ended is known only here
      });
    });
    return Array.from({ length: b * maxLength }, (_, i) => chosen[i % maxLength][Math.floor(i / maxLength)]);
  }
}

/** Padded rows, as tensors. */
function makeBatch(tf, sequences) {
  const b = sequences.length;
  const s = Math.max(...sequences.map((ids) => ids.length));
  const t = s + 1;
  const [source, decoderInput, target] = [b * s, b * t, b * t].map((size) => new Int32Array(size));
  const weights = new Float32Array(b * t);
  const keep = Array.from({ length: s }, () => new Float32Array(b));
  sequences.forEach((ids, row) => {
    source.set(ids, row * s);
    decoderInput[row * t] = 1;
    decoderInput.set(ids, row * t + 1);
    target.set(ids, row * t);
    target[row * t + ids.length] = 2;
    weights.fill(1, row * t, row * t + ids.length + 1);
    for (let i = 0; i < ids.length; i++) keep[i][row] = 1;
  });
  const even = sequences.every((ids) => ids.length === s);
  return {
    ...{ b, s, t },
    source: tf.tensor1d(source, "int32"),
    decoderInput: tf.tensor1d(decoderInput, "int32"),
    target: tf.tensor1d(target, "int32"),
    weights: tf.tensor1d(weights),
    keep: even ? null : keep.map((column) => tf.tensor2d(column, [b, 1])),
    tokens: weights.reduce((sum, weight) => sum + weight, 0),
  };
}

/** Training steps. */
export function trainSteps(tf, layers, work, input) {
  const model = new Seq2Seq(tf, layers, work, input);
  const optimizer = tf.train.adam(work.learningRate, 0.9, 0.999, 1e-8);
  const variables = Object.values(model.variables);
  const losses = [];
  return {
    run: async () => {
      const indices = work.batches[losses.length % work.batches.length];
      const [loss, tokens] = tf.tidy(() => {
        const batch = makeBatch(
          tf,
          indices.map((index) => work.sequences[index]),
        );
        return [optimizer.minimize(() => model.loss(batch), true, variables), batch.tokens];
      });
      // WebGPU can only be waited for; the others answer at once.
      losses.push((tf.getBackend() === "webgpu" ? await loss.data() : loss.dataSync())[0]);
      loss.dispose();
      return tokens;
    },
    read: async () => ({ losses, size: [variables.reduce((sum, { size }) => sum + size, 0)] }),
    dispose: () => {
      optimizer.dispose();
      tf.dispose(variables);
    },
  };
}
