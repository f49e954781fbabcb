import { type FmaKind, fmaModule, operationsOfTurn } from "./fma-module.js";

/** The multiply-add loop that runs fastest here. */
export interface FmaLoop {
  readonly name: string;
  readonly operations: number;
  readonly run: () => void;
}

const operations = 2 ** 24;

/** Tries loops with few and many accumulators (256-bit operations need twice as many of 128 bits), and takes the best. */
export function fastestFmaLoop(): FmaLoop {
  const kinds: readonly FmaKind[] = ["madd", "mul-add"];
  const loops = kinds.flatMap((kind) => [12, 14, 20, 24, 28].flatMap((count) => makeLoop(kind, count) ?? []));
  const timed = loops.map((loop) => {
    loop.run();
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 8; i++) {
      const start = performance.now();
      loop.run();
      best = Math.min(best, performance.now() - start);
    }
    return { loop, best };
  });
  return timed.reduce((a, b) => (b.best < a.best ? b : a)).loop;
}

/** Undefined where this engine has no such instruction. */
function makeLoop(kind: FmaKind, accumulators: number): FmaLoop | undefined {
  const bytes = fmaModule(kind, accumulators);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { loop } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { loop(turns: number): void };
  const turns = Math.round(operations / operationsOfTurn(accumulators));
  return {
    name: `${kind}, ${accumulators} accumulators`,
    operations: turns * operationsOfTurn(accumulators),
    run: () => loop(turns),
  };
}
