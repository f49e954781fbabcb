import type { Engine, PackedMatrix, WasmBuffer } from "./engine.js";
import type { Kernel } from "./instance.js";

/** One matrix product c = a · b (+ bias) (+ c), row-major. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Address of a, [m, k], or [k, m] when transposed. */
  readonly a: number;
  readonly transA: boolean;
  /** b, [k, n], or [n, k] when transposed: as a buffer, whose packed form is kept. */
  readonly b: WasmBuffer;
  readonly transB: boolean;
  readonly c: number;
  /** Address of [n]; by default none. */
  readonly bias?: number;
  /** Adds to what c holds. */
  readonly accumulate?: boolean;
}

/** The same product for each matrix of a batch; steps in elements. */
export interface BatchedProduct {
  readonly count: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly stepA: number;
  readonly transA: boolean;
  readonly b: number;
  readonly stepB: number;
  readonly transB: boolean;
  readonly c: number;
  readonly accumulate?: boolean;
}

/** Multiply-adds that are worth waking a thread for: some 10 µs of work. */
const grain = 400_000;
/** With this many rows or more, packing the right-hand matrix anew costs little. */
const manyRows = 256;

/** Matrix products on an engine. */
export class Gemm {
  readonly #engine: Engine;
  readonly #gemm: Kernel;
  readonly #batch: Kernel;
  readonly #packB: Kernel;
  readonly #workspace: (m: number, n: number, k: number, transA: number, transB: number, packed: number) => number;
  readonly #packedBytes: (n: number, k: number) => number;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#gemm = engine.kernel("gemm");
    this.#batch = engine.kernel("gemmBatch");
    this.#packB = engine.kernel("packB");
    this.#workspace = engine.kernel("gemmWorkspace").call as (...args: number[]) => number;
    this.#packedBytes = engine.kernel("packedBytes").call as (n: number, k: number) => number;
  }

  multiply(product: Product): void {
    const { m, n, k, transB } = product;
    const packed = m < manyRows ? this.packed(product.b, n, k, transB) : this.#known(product.b, n, k, transB);
    this.multiplyAt(product, product.b.pointer, packed);
  }

  /** The product with b at an address, or packed at another. */
  multiplyAt(product: Omit<Product, "b">, b: number, packed: number): void {
    const { m, n, k, a, transA, transB, c, bias = 0, accumulate = false } = product;
    const engine = this.#engine;
    const prepacked = packed === 0 ? 0 : 1;
    const [byRows, byK] = [transA ? 1 : 0, transB ? 1 : 0];
    const workspace = this.#workspace(m, n, k, byRows, byK, prepacked);
    const [lda, ldb] = [4 * (transA ? m : k), 4 * (transB ? k : n)];
    const right = packed || b;
    const add = accumulate ? 1 : 0;
    if (engine.pool === null || (m * n * k < 2 * grain && !engine.shareEverything)) {
      // Small products are many: they go without a list of arguments.
      const scratch = engine.scratch(workspace);
      this.#gemm.call(0, m, scratch, 0, m, n, k, a, lda, byRows, right, ldb, byK, prepacked, c, 4 * n, bias, add);
      return;
    }
    // Rows are shared out where there are many: then each thread walks through all of b. Otherwise columns are.
    const byColumns = packed === 0 && transB ? n >= m : m < 24 || n > 4 * m;
    const items = byColumns ? Math.ceil(n / engine.panel) : m;
    const worth = Math.max(byColumns ? 1 : 6, Math.ceil((grain * items) / (m * n * k + 1)));
    const args = [m, n, k, a, lda, byRows, right, ldb, byK, prepacked, c, 4 * n, bias, add];
    engine.run(this.#gemm, items, worth, workspace, [byColumns ? 1 : 0, ...args]);
  }

  multiplyBatch(product: BatchedProduct): void {
    const { count, m, n, k, a, stepA, transA, b, stepB, transB, c, accumulate = false } = product;
    const workspace = this.#workspace(m, n, k, Number(transA), Number(transB), 0);
    const worth = Math.max(1, Math.ceil(grain / (m * n * k + 1)));
    const left = [a, 4 * (transA ? m : k), Number(transA), 4 * stepA];
    const right = [b, 4 * (transB ? k : n), Number(transB), 4 * stepB];
    const args = [m, n, k, ...left, ...right, c, 4 * n, 4 * m * n, Number(accumulate)];
    this.#engine.run(this.#batch, count, worth, workspace, args);
  }

  /** Bytes of workspace for a product whose left-hand operand lies in rows. */
  workspace(m: number, n: number, k: number, transB: boolean, packed: boolean): number {
    return this.#workspace(m, n, k, 0, Number(transB), Number(packed));
  }

  /**
   * The address of a matrix laid out for products, or 0 as long as that does not pay. A matrix that is used again and
   * again, as weights are in every step of a decoder, is packed once; its buffer is never written again, and takes the
   * packed form with it when it is freed.
   *
   * @param now - pack at the first use
   */
  packed(buffer: WasmBuffer, n: number, k: number, transposed: boolean, now = false): number {
    if (buffer.size !== n * k) return 0;
    // Rows that already lie as products want them need no packing unless they are many.
    if (!transposed && !now && n * k < 16_384) return 0;
    buffer.packed ??= [];
    const forms = buffer.packed;
    let form = forms.find((known) => known.n === n && known.k === k && known.transposed === transposed);
    if (!form) {
      form = { n, k, transposed, uses: 0, pointer: 0, bytes: 0 };
      forms.push(form);
    }
    form.uses++;
    if (form.pointer === 0 && (now || form.uses > 1)) this.#pack(buffer, form);
    return form.pointer;
  }

  /** The packed form if there is one. */
  #known(buffer: WasmBuffer, n: number, k: number, transposed: boolean): number {
    const form = buffer.packed?.find((known) => known.n === n && known.k === k && known.transposed === transposed);
    return form?.pointer ?? 0;
  }

  #pack(buffer: WasmBuffer, form: PackedMatrix): void {
    const { n, k, transposed } = form;
    const engine = this.#engine;
    form.bytes = this.#packedBytes(n, k);
    form.pointer = engine.acquire(form.bytes);
    const panels = Math.ceil(n / engine.panel);
    const args = [buffer.pointer, 4 * (transposed ? k : n), Number(transposed), n, k, form.pointer];
    engine.run(this.#packB, panels, Math.max(1, Math.ceil((65_536 * panels) / (n * k + 1))), 0, args);
  }
}
