import { existsSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { wasm } from "@heed/backend-wasm";
import type { Random } from "@heed/core";
import { cpu, memory, use } from "@heed/tensor";
import { attend, evaluate, resolveConfig, translate } from "@heed/train";
import { loadRun, train } from "@heed/train/node";
import { heatmap } from "@heed/viz";
import { saveFigure } from "@heed/viz/node";
import type { Bench, Part, Session } from "../part.js";
import { flatness } from "./flatness.js";

/** Trains, loads, translates, attends, evaluates, draws and fails again and again in one process: nothing may grow. */
export const soak: Part = {
  name: "soak",
  summary: "one process trains, loads, translates, attends, evaluates, draws and fails again and again; nothing grows",
  start: async (bench) => new Soak(bench),
};

const config = (epochs: number, seed: number) =>
  resolveConfig({
    ...{ recipe: "copy", seed, model: { embeddingSize: 8, hiddenSize: 16, dropout: 0.1 } },
    data: { task: "copy", symbols: 5, minLength: 1, maxLength: 6, train: 64, validation: 8 },
    training: { epochs, batchSize: 8 },
  });

/** File handles of this process; 0 where the system does not list them. */
const openFiles = (): number => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);

/** What keeps the process alive, such as workers and timers. */
const resources = (): string => process.getActiveResourcesInfo().sort().join(" ");

class Soak implements Session {
  /** Bytes in use after each round. */
  readonly #heap: number[] = [];
  readonly #native: number[] = [];
  #idle: { files: number; resources: string } | null = null;

  constructor(readonly bench: Bench) {}

  async round(random: Random, number: number): Promise<void> {
    const backend = number % 2 === 0 ? cpu() : await wasm({ threads: 1 + (Math.floor(number / 2) % 2) });
    await use(backend);
    try {
      await this.#work(random);
      const left = memory();
      if (left.buffers > 0) throw new Error(`expected no buffers after a round, got ${JSON.stringify(left)}`);
    } finally {
      await backend.close?.();
    }
    await this.#measure();
  }

  async #work(random: Random): Promise<void> {
    const out = join(this.bench.folder, "run");
    const { count } = this.bench;
    const seed = random.integer(0, 1000);
    (await train({ config: config(1, seed), out, overwrite: true })).model.dispose();
    (await train({ config: config(2, seed), out, resume: true })).model.dispose();
    count("trainings", 2);
    for (const weights of ["best", "last"] as const) {
      const run = await loadRun(out, { weights });
      const [translation] = await translate(run, ["a b c", "c", ""]);
      const { maps } = await attend(run, "a b");
      await evaluate(run, [{ source: "a b", target: "a b" }], { metrics: ["bleu"] });
      const { source, tokens } = translation!;
      const figure = heatmap({ weights: translation!.weights!, source, target: tokens });
      await saveFigure(figure, join(this.bench.folder, "map.svg"));
      run.model.dispose();
      count("loads");
      count("maps", maps.length);
    }
    await this.#fail(out);
  }

  /** Errors leave nothing behind either. */
  async #fail(out: string): Promise<void> {
    const failing = [
      () => train({ config: config(2, 1), out }),
      () => train({ out: `${out}-none`, resume: true }),
      () => loadRun(out, { weights: "last" }),
      () => train({ out, resume: true }),
    ];
    truncateSync(join(out, "model.safetensors"), 1000);
    for (const fail of failing) {
      const error = await Promise.resolve(fail()).then(
        () => new Error("expected an error, got none"),
        () => null,
      );
      if (error) throw error;
      this.bench.count("errors");
    }
  }

  async #measure(): Promise<void> {
    // Workers end, and finalizers run, after this turn of the event loop.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 10)).then(() => globalThis.gc?.());
    const { heapUsed, heapTotal, arrayBuffers, rss } = process.memoryUsage();
    this.#heap.push(heapUsed + arrayBuffers);
    // V8 keeps pages of its heap for later; those in use are counted above.
    this.#native.push(rss - heapTotal);
    const now = { files: openFiles(), resources: resources() };
    // The first rounds load what is needed once.
    if (this.#heap.length <= 4) this.#idle = now;
    else if (now.files > this.#idle!.files || now.resources !== this.#idle!.resources) {
      throw new Error(`expected ${JSON.stringify(this.#idle)} between rounds, got ${JSON.stringify(now)}`);
    }
  }

  end(): void {
    flatness("the heap", this.#heap, 2 ** 20);
    flatness("memory outside of the JavaScript heap", this.#native, 32 * 2 ** 20);
  }
}
