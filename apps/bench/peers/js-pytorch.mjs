// js-pytorch on its cpu device as a contestant: `node js-pytorch.mjs`. Its tensors are nested arrays.
import { readFileSync } from "node:fs";
import { serve, Unsupported, values } from "../dist/serve.js";

await serve(async () => {
  const { torch } = await import("js-pytorch");
  const { version } = JSON.parse(
    readFileSync(new URL("node_modules/js-pytorch/package.json", import.meta.url), "utf8"),
  );

  /** Rows of numbers; the last axis is cut out of the flat list. */
  const nested = (flat, [first, ...rest]) => {
    if (rest.length === 0) return Array.from(flat);
    const size = flat.length / first;
    return Array.from({ length: first }, (_, i) => nested(flat.subarray(i * size, (i + 1) * size), rest));
  };
  const input = (seed, shape, scale, learns = false) =>
    torch.tensor(
      nested(
        values(
          seed,
          shape.reduce((a, b) => a * b, 1),
          scale,
        ),
        shape,
      ),
      learns,
    );
  const flat = (tensor) => Float64Array.from(tensor.data.flat(Number.POSITIVE_INFINITY));

  const forwardKernel = (call) => {
    let out;
    return {
      run: () => {
        out = call();
      },
      read: async () => ({ out: flat(out) }),
      dispose: () => {},
    };
  };

  const kernels = {
    matmul({ m, k, n }) {
      const [a, b] = [input(1, [m, k], 2), input(2, [k, n], 2)];
      return forwardKernel(() => torch.matmul(a, b));
    },
    elementwise({ op, size, columns }) {
      const a = input(1, [size / columns, columns], 8);
      if (op === "exp") return forwardKernel(() => torch.exp(a));
      if (op !== "add" && op !== "addRow") throw new Unsupported(`no ${op}`);
      const b = input(2, op === "add" ? [size / columns, columns] : [columns], 8);
      return forwardKernel(() => torch.add(a, b));
    },
    softmax({ rows, columns }) {
      const x = input(1, [rows, columns], 8);
      const softmax = new torch.nn.Softmax();
      return forwardKernel(() => softmax.forward(x, -1));
    },
    attention({ b, q, k, d, backward }) {
      if (backward) throw new Unsupported("its gradients start from ones, and take no cotangent");
      const [query, keys, value] = [input(1, [b, q, d], 2), input(2, [b, k, d], 2), input(3, [b, k, d], 2)];
      const softmax = new torch.nn.Softmax();
      return forwardKernel(() => {
        const scores = torch.mul(torch.matmul(query, torch.transpose(keys, 1, 2)), 1 / Math.sqrt(d));
        return torch.matmul(softmax.forward(scores, -1), value);
      });
    },
  };

  return {
    describe: () => ({ versions: { "js-pytorch": version }, details: { device: "cpu" } }),
    prepare: async (work) => {
      const kernel = kernels[work.kind];
      if (!kernel) throw new Unsupported(`no ${work.kind}`);
      return kernel(work);
    },
  };
});
