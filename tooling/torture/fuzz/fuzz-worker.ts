/** A process that names its targets, and fuzzes those that it is told. The parent ends it when it hangs. */
import { fuzzTargets } from "./all-targets.js";
import { type FuzzCount, fuzz } from "./run-fuzz.js";

/** One batch of inputs of one target. */
export interface FuzzJob {
  readonly target: string;
  readonly seed: number;
  readonly share: number;
}

/** What a batch gave, and what the process holds after it. */
export interface FuzzReport extends FuzzCount {
  /** Bytes of memory, and open handles. */
  readonly memory: number;
  readonly handles: number;
}

process.on("message", async ({ target: name, ...options }: FuzzJob) => {
  const target = fuzzTargets.find((each) => each.name === name)!;
  const count = await fuzz(target, options);
  const report: FuzzReport = {
    ...count,
    memory: process.memoryUsage.rss(),
    handles: process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap").length,
  };
  process.send!(report);
});

process.send!(fuzzTargets.map(({ name }) => name));
