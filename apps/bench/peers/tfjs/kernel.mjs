/** Waits until a result is there. A GPU does things in order: what came before is there, too. */
async function settle(tf, result) {
  if (!tf.getBackend().startsWith("webg")) return;
  const corner = tf.tidy(() => tf.slice(tf.reshape(result, [-1]), [0], [1]));
  await corner.data();
  corner.dispose();
}

/** One call a run, its result kept until the next. */
export function forwardKernel(tf, inputs, call) {
  let out;
  return {
    run: () => {
      out?.dispose();
      out = tf.tidy(() => call(...inputs));
    },
    settle: () => settle(tf, out),
    read: async () => ({ out: await out.data() }),
    dispose: () => tf.dispose([...inputs, out]),
  };
}

/** One call, and back to all inputs. */
export function gradientKernel(tf, inputs, cotangent, call) {
  const names = Object.keys(inputs);
  const gradientsOf = tf.grads(call);
  let gradients = [];
  return {
    run: () => {
      tf.dispose(gradients);
      gradients = tf.tidy(() => gradientsOf(Object.values(inputs), cotangent));
    },
    settle: () => settle(tf, gradients[0]),
    read: async () =>
      Object.fromEntries(await Promise.all(names.map(async (name, i) => [name, await gradients[i].data()]))),
    dispose: () => tf.dispose([...Object.values(inputs), cotangent, gradients]),
  };
}
