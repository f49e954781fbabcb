import {
  type BackendReport,
  Draw,
  gru,
  linear,
  matmul,
  Parameter,
  scope,
  softmaxCrossEntropy,
  type Tensor,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { createWasm, type WasmOptions, wasm } from "../src/wasm.js";
import { type Certificate, certify } from "./certify.js";

/** What the page under test can be asked. Everything that goes in or comes out is plain data. */
export interface ChecksPage {
  report(options: WasmOptions): Promise<BackendReport>;
  /** Runs the checks that certify a backend. */
  certify(options: WasmOptions): Promise<Certificate>;
  /** Loss and gradients of a small network, as their bits. */
  bits(threads: number): Promise<readonly number[]>;
  /** What a job says whose worker has died. */
  loseWorker(): Promise<string>;
}

const page: ChecksPage = {
  async report(options) {
    const backend = await wasm(options);
    const report = backend.report();
    await backend.close?.();
    return report;
  },

  certify,

  async bits(threads) {
    const { backend } = await createWasm({ threads, shareEverything: true });
    await use(backend);
    const draw = new Draw(5);
    const [b, t, i, h, v] = [12, 7, 20, 40, 50];
    const weight = (...shape: number[]): Parameter => new Parameter(draw.randn(...shape).mul(0.3));
    const [x, hidden] = [weight(b, t, i), weight(b, h)];
    const [weightIh, weightHh, biasIh, biasHh] = [weight(3 * h, i), weight(3 * h, h), weight(3 * h), weight(3 * h)];
    const [toLogits, bias] = [weight(v, h), weight(v)];
    const targets = draw.ids(v, b, t);
    const { value, gradients } = valueAndGrad(() => {
      const [outputs] = gru(x, hidden, weightIh, weightHh, biasIh, biasHh, draw.lengths(t, b));
      return softmaxCrossEntropy(linear(outputs, toLogits, bias), targets);
    }, [x, hidden, weightIh, weightHh, biasIh, biasHh, toLogits, bias]);
    const results = [value, ...(gradients as Tensor[])].map((tensor) => (tensor.dataSync() as Float32Array).slice());
    await backend.close?.();
    return results.flatMap(({ buffer }) => [...new Int32Array(buffer)]);
  },

  async loseWorker() {
    const { backend, engine } = await createWasm({ threads: 2, shareEverything: true, patience: { job: 200 } });
    await use(backend);
    const x = new Draw(1).randn(50, 50);
    engine.pool?.killWorker();
    // A page ends its workers between tasks, some seconds later where they are asleep.
    for (let i = 0; i < 200; i++) {
      try {
        scope(() => void matmul(x, x));
      } catch (error) {
        return String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return "nothing";
  },
};

Object.assign(globalThis, { page });
