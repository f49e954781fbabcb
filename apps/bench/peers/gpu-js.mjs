// gpu.js without a GPU as a contestant: `node gpu-js.mjs webasm|cpu`. It has kernels, and no gradients.
import { createRequire } from "node:module";
import { serve, Unsupported, values } from "../dist/serve.js";

const require = createRequire(import.meta.url);

await serve(async () => {
  const { GPU, input } = require("gpu.js");
  const { version } = require("gpu.js/package.json");
  const mode = process.argv[2] ?? "webasm";
  const gpu = new GPU({ mode });

  const number = (seed, [columns, rows], scale) => input(values(seed, columns * rows, scale), [columns, rows]);

  /** A kernel with a result of `[rows, columns]`; sizes and loop bounds are constants, which is how it is fastest. */
  const kernel = (source, [columns, rows], constants, ...inputs) => {
    const run = gpu.createKernel(source, {
      output: [columns, rows],
      constants,
      precision: "single",
      loopMaxIterations: 1 << 24,
    });
    let out;
    return {
      run: () => {
        const result = run(...inputs);
        if (!(result instanceof Promise)) {
          out = result;
          return undefined;
        }
        return result.then((rows) => {
          out = rows;
          return undefined;
        });
      },
      read: async () => ({ out: Float32Array.from(out.flatMap((row) => Array.from(row))) }),
      dispose: () => run.destroy(),
    };
  };

  const unary = {
    exp: "function (a) { return Math.exp(a[this.thread.y][this.thread.x]); }",
    tanh: "function (a) { return Math.tanh(a[this.thread.y][this.thread.x]); }",
    sigmoid: "function (a) { return 1 / (1 + Math.exp(-a[this.thread.y][this.thread.x])); }",
  };

  const kernels = {
    matmul({ m, k, n }) {
      const source = `function (a, b) {
        let sum = 0;
        for (let i = 0; i < this.constants.k; i++) sum += a[this.thread.y][i] * b[i][this.thread.x];
        return sum;
      }`;
      return kernel(source, [n, m], { k }, number(1, [k, m], 2), number(2, [n, k], 2));
    },
    elementwise({ op, size, columns }) {
      const shape = [columns, size / columns];
      const a = number(1, shape, 8);
      if (unary[op]) return kernel(unary[op], shape, {}, a);
      const row = op === "addRow" ? "0" : "this.thread.y";
      const source = `function (a, b) { return a[this.thread.y][this.thread.x] + b[${row}][this.thread.x]; }`;
      return kernel(source, shape, {}, a, number(2, op === "add" ? shape : [columns, 1], 8));
    },
    softmax({ rows, columns }) {
      const shape = [columns, rows];
      const x = number(1, shape, 8);
      const statistics = gpu.createKernel(
        `function (x) {
          let most = x[this.thread.x][0];
          for (let i = 1; i < this.constants.n; i++) most = Math.max(most, x[this.thread.x][i]);
          let sum = 0;
          for (let i = 0; i < this.constants.n; i++) sum += Math.exp(x[this.thread.x][i] - most);
          return most + Math.log(sum);
        }`,
        { output: [rows], constants: { n: columns }, precision: "single", loopMaxIterations: 1 << 24 },
      );
      const divide = gpu.createKernel(
        "function (x, s) { return Math.exp(x[this.thread.y][this.thread.x] - s[this.thread.y]); }",
        { output: shape, precision: "single" },
      );
      let out;
      return {
        run: async () => {
          out = await divide(x, await statistics(x));
        },
        read: async () => ({ out: Float32Array.from(out.flatMap((row) => Array.from(row))) }),
        dispose: () => {
          statistics.destroy();
          divide.destroy();
        },
      };
    },
  };

  return {
    describe: () => ({ versions: { "gpu.js": version }, details: { mode } }),
    prepare: async (work) => {
      const make = kernels[work.kind];
      if (!make) throw new Unsupported(`no ${work.kind}`);
      return make(work);
    },
  };
});
