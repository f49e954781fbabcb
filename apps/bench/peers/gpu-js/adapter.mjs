import { Unsupported, values } from "../../dist/kit.js";

/**
 * gpu.js by itself, each kernel as one would write it for one size; here, and in a page. It has kernels, and no gradients.
 * On a GPU results stay there until they are read.
 */
export function gpuJsAdapter({ GPU, input }, description, mode) {
  const gpu = new GPU({ mode });
  const onDevice = mode.startsWith("web") && mode !== "webasm";
  const shared = {
    precision: "single",
    tactic: "precision",
    loopMaxIterations: 1 << 24,
    ...(onDevice ? { pipeline: true, immutable: true } : {}),
  };

  const number = (seed, [columns, rows], scale) => input(values(seed, columns * rows, scale), [columns, rows]);

  /** Two-dimensional results as one list. */
  const flat = async (result) => {
    const rows = await (result.toArray ? result.toArray() : result);
    return Float32Array.from(rows.flatMap((row) => Array.from(row)));
  };

  /** Kernels one after the other; each gets the inputs and the results before its own. Sizes are constants, the fastest way. */
  const pipeline = async (inputs, stages) => {
    const kernels = stages.map(({ source, output, constants = {} }) =>
      gpu.createKernel(source, { ...shared, output, constants }),
    );
    const corner =
      onDevice && gpu.createKernel("function (a) { return a[0][0]; }", { output: [1], precision: "single" });
    // A kernel takes handles or lists, and not now one, now the other.
    const upload = "function (a) { return a[this.thread.y][this.thread.x]; }";
    const given = onDevice
      ? await Promise.all(
          inputs.map((each) => gpu.createKernel(upload, { ...shared, output: [...each.size].slice(0, 2) })(each)),
        )
      : inputs;
    let results = [];
    const free = () => {
      for (const result of results) result.delete?.();
      results = [];
    };
    return {
      run: async () => {
        free();
        for (const run of kernels) results.push(await run(...given, ...results));
      },
      ...(corner ? { settle: async () => void (await corner(results.at(-1))) } : {}),
      read: async () => ({ out: await flat(results.at(-1)) }),
      dispose: () => {
        free();
        for (const run of kernels) run.destroy();
      },
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
      const inputs = [number(1, [k, m], 2), number(2, [n, k], 2)];
      return pipeline(inputs, [{ source, output: [n, m], constants: { k } }]);
    },
    elementwise({ op, size, columns }) {
      const output = [columns, size / columns];
      const a = number(1, output, 8);
      if (unary[op]) return pipeline([a], [{ source: unary[op], output }]);
      const row = op === "addRow" ? "0" : "this.thread.y";
      const source = `function (a, b) { return a[this.thread.y][this.thread.x] + b[${row}][this.thread.x]; }`;
      return pipeline([a, number(2, op === "add" ? output : [columns, 1], 8)], [{ source, output }]);
    },
    softmax({ rows, columns }) {
      const statistics = `function (x) {
        let most = x[this.thread.y][0];
        for (let i = 1; i < this.constants.n; i++) most = Math.max(most, x[this.thread.y][i]);
        let sum = 0;
        for (let i = 0; i < this.constants.n; i++) sum += Math.exp(x[this.thread.y][i] - most);
        return most + Math.log(sum);
      }`;
      const divide = "function (x, s) { return Math.exp(x[this.thread.y][this.thread.x] - s[this.thread.y][0]); }";
      return pipeline(
        [number(1, [columns, rows], 8)],
        [
          { source: statistics, output: [1, rows], constants: { n: columns } },
          { source: divide, output: [columns, rows] },
        ],
      );
    },
  };

  return {
    describe: () => description,
    prepare: async (work) => {
      const make = kernels[work.kind];
      if (!make) throw new Unsupported(`no ${work.kind}`);
      return make(work);
    },
  };
}
