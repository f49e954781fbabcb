/**
 * GRU, additive attention from the previous state, GRU, in jax-js: a training step (loss, gradients, Adam) is one jitted
 * function for each shape of a batch, and so is a whole greedy decoding. Every array that goes into a call is consumed by
 * it, hence the `.ref`.
 */
export function modelOf({ nn, numpy: np }, hidden, learns) {
  const linear = (x, weight, bias) => np.matmul(x, weight.ref.transpose()).add(bias.ref);
  const part = (x, axes, index) => x.slice(...axes, [index * hidden, (index + 1) * hidden]);

  /** Rows of a table. The gradient of a look-up cannot be jitted: where one is wanted, it is a product with one-hot rows. */
  const embed = (table, ids) => (learns ? np.matmul(nn.oneHot(ids, table.shape[0]), table.ref) : table.ref.slice(ids));

  /** Consumes the gates; keeps the state. */
  const gruStep = (gates, state, weight, bias) => {
    const ofState = linear(state.ref, weight, bias);
    const reset = nn.sigmoid(part(gates.ref, [[]], 0).add(part(ofState.ref, [[]], 0)));
    const update = nn.sigmoid(part(gates.ref, [[]], 1).add(part(ofState.ref, [[]], 1)));
    const candidate = np.tanh(part(gates, [[]], 2).add(reset.mul(part(ofState, [[]], 2))));
    return candidate.ref.add(update.mul(state.ref.sub(candidate)));
  };

  /** @param keep - `[s, b, 1]`, 1 where a sequence has not ended; null when all are as long as the batch */
  const encode = (p, source, keep) => {
    const [b, s] = source.shape;
    const tokens = embed(p["source.embedding"], source); // b s e
    const gates = linear(tokens, p["encoder.weight_ih"], p["encoder.bias_ih"]); // b s 3h
    let state = np.zeros([b, hidden]);
    const all = [];
    for (let i = 0; i < s; i++) {
      const next = gruStep(gates.ref.slice([], i), state, p["encoder.weight_hh"], p["encoder.bias_hh"]);
      state = keep ? state.ref.add(keep.ref.slice(i).mul(next.sub(state))) : next;
      all.push(state.ref);
    }
    const states = np.stack(all, 1); // b s h
    const keys = np.matmul(states.ref, p["attention.U"].ref);
    const penalty = keep?.ref.reshape([s, b]).transpose().sub(1).mul(1e9); // b s
    return { states, keys, penalty, state };
  };

  /** Keeps everything. */
  const attend = (p, state, { states, keys, penalty }) => {
    const [b, s] = keys.shape;
    const query = np.matmul(state.ref, p["attention.W"].ref).reshape([b, 1, hidden]);
    const energies = np.tanh(keys.ref.add(query));
    const scores = np.matmul(energies, p["attention.v"].ref.reshape([hidden, 1])).reshape([b, s]);
    const weights = nn.softmax(penalty ? scores.add(penalty.ref) : scores, -1);
    return np.matmul(weights.reshape([b, 1, s]), states.ref).reshape([b, hidden]);
  };

  const decoderInput = (p) => {
    const weight = p["decoder.weight_ih"];
    const e = weight.shape[1] - hidden;
    return { ofToken: weight.ref.slice([], [0, e]), ofContext: weight.ref.slice([], [e, e + hidden]).transpose() };
  };

  const step = (p, gates, state, encoded, ofContext) => {
    const joined = gates.add(np.matmul(attend(p, state, encoded), ofContext.ref));
    return gruStep(joined, state, p["decoder.weight_hh"], p["decoder.bias_hh"]);
  };

  /** Nats per token that is not padding. */
  const loss = (p, { source, input, target, weights, keep }) => {
    const [b, t] = input.shape;
    const encoded = encode(p, source, keep);
    const { ofToken, ofContext } = decoderInput(p);
    const gates = linear(embed(p["target.embedding"], input), ofToken, p["decoder.bias_ih"]); // b t 3h
    let { state } = encoded;
    const outputs = [];
    for (let i = 0; i < t; i++) {
      state = step(p, gates.ref.slice([], i), state, encoded, ofContext);
      outputs.push(state.ref);
    }
    const top = np.stack(outputs, 1).reshape([b * t, hidden]);
    const logits = linear(top, p["output.weight"], p["output.bias"]);
    const vocabulary = logits.shape[1];
    const picked = nn.logSoftmax(logits, -1).mul(nn.oneHot(target, vocabulary)).sum(-1);
    return picked.mul(weights.ref).sum().mul(-1).div(weights.sum());
  };

  /** The likeliest tokens, `[b, maxLength]`. */
  const decode = (p, source, maxLength) => {
    const encoded = encode(p, source, null);
    const { ofToken, ofContext } = decoderInput(p);
    let { state } = encoded;
    let ids = np.ones([source.shape[0]], { dtype: np.int32 });
    const chosen = [];
    for (let i = 0; i < maxLength; i++) {
      const gates = linear(embed(p["target.embedding"], ids), ofToken, p["decoder.bias_ih"]);
      state = step(p, gates, state, encoded, ofContext);
      ids = np.argmax(linear(state.ref, p["output.weight"], p["output.bias"]), -1);
      chosen.push(ids.ref);
    }
    return np.stack(chosen, 1);
  };

  return { loss, decode };
}

/** Padded rows, as arrays. */
export function makeBatch({ numpy: np }, sequences) {
  const b = sequences.length;
  const s = Math.max(...sequences.map((ids) => ids.length));
  const t = s + 1;
  const [source, input, target] = [b * s, b * t, b * t].map((size) => new Int32Array(size));
  const weights = new Float32Array(b * t);
  const keep = new Float32Array(s * b);
  sequences.forEach((ids, row) => {
    source.set(ids, row * s);
    input[row * t] = 1;
    input.set(ids, row * t + 1);
    target.set(ids, row * t);
    target[row * t + ids.length] = 2;
    weights.fill(1, row * t, row * t + ids.length + 1);
    for (let i = 0; i < ids.length; i++) keep[i * b + row] = 1;
  });
  const even = sequences.every((ids) => ids.length === s);
  const integers = (values, shape) => np.array(values, { dtype: np.int32 }).reshape(shape);
  return {
    source: integers(source, [b, s]),
    input: integers(input, [b, t]),
    target: integers(target, [b * t]),
    weights: np.array(weights),
    keep: even ? null : np.array(keep).reshape([s, b, 1]),
  };
}

/** Training steps. */
export function trainSteps(jax, work, input) {
  const { jit, numpy: np, valueAndGrad } = jax;
  const model = modelOf(jax, work.hidden, true);
  const names = work.parameters.map(({ name }) => name);
  const all = (fn) => Object.fromEntries(names.map((name) => [name, fn(name)]));
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const zeros = () => Object.fromEntries(work.parameters.map(({ name, shape }) => [name, np.zeros(shape)]));
  let state = {
    p: Object.fromEntries(work.parameters.map(({ name, seed, shape, scale }) => [name, input(seed, shape, scale)])),
    m: zeros(),
    v: zeros(),
  };

  const stepOn = (even) =>
    jit((state, batch, rate, correction) => {
      const value = (p, batch) => model.loss(p, even ? { ...batch, keep: null } : batch);
      const [loss, g] = valueAndGrad(value)(
        all((name) => state.p[name].ref),
        batch,
      );
      const m = all((name) => state.m[name].mul(beta1).add(g[name].ref.mul(1 - beta1)));
      const v = all((name) => state.v[name].mul(beta2).add(g[name].ref.mul(g[name]).mul(1 - beta2)));
      const p = all((name) =>
        state.p[name].sub(m[name].ref.mul(rate.ref).div(np.sqrt(v[name].ref.mul(correction.ref)).add(epsilon))),
      );
      return { loss, state: { p, m, v } };
    });
  const steps = { even: stepOn(true), uneven: stepOn(false) };
  const losses = [];
  return {
    run: async () => {
      const sequences = work.batches[losses.length % work.batches.length].map((index) => work.sequences[index]);
      const { keep, ...batch } = makeBatch(jax, sequences);
      const count = losses.length + 1;
      const rate = np.array(new Float32Array([work.learningRate / (1 - beta1 ** count)]));
      const correction = np.array(new Float32Array([1 / (1 - beta2 ** count)]));
      const result = keep
        ? steps.uneven(state, { ...batch, keep }, rate, correction)
        : steps.even(state, batch, rate, correction);
      state = result.state;
      losses.push((await result.loss.data())[0]);
      return sequences.reduce((sum, ids) => sum + ids.length + 1, 0);
    },
    read: async () => ({
      losses,
      size: [work.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)],
    }),
    dispose: () => {
      for (const arrays of Object.values(state)) for (const array of Object.values(arrays)) array.dispose();
    },
  };
}

/** Greedy decoding. */
export function decoding(jax, work, input) {
  const { jit, numpy: np } = jax;
  const model = modelOf(jax, work.hidden, false);
  const p = Object.fromEntries(
    work.parameters.map(({ name, seed, shape, scale }) => [name, input(seed, shape, scale)]),
  );
  const decode = jit((p, source) => model.decode(p, source, work.maxLength));
  const shape = [work.sequences.length, work.sequences[0].length];
  let ids = [];
  return {
    run: async () => {
      const source = np.array(new Int32Array(work.sequences.flat()), { dtype: np.int32 }).reshape(shape);
      const own = Object.fromEntries(Object.entries(p).map(([name, array]) => [name, array.ref]));
      ids = await decode(own, source).data();
    },
    read: async () => ({ ids }),
    dispose: () => {
      for (const array of Object.values(p)) array.dispose();
    },
  };
}
