import { type GpuMode, gpu } from "@heed/backend-gpu";
import { cpu, memory, use } from "@heed/tensor";
import { checkConfig } from "../src/config/run-config.js";
import { train } from "../src/train.js";

/** What {@link takeSteps} is asked. */
export interface StepsRequest {
  /** A way to the graphics card, or the reference to compare with. */
  readonly mode: GpuMode | "reference";
  /** As `checkConfig` takes it. */
  readonly config: unknown;
  readonly steps: number;
}

/** What a training step left behind. */
export interface StepTrace {
  readonly loss: number;
  readonly buffers: number;
  readonly bytes: number;
  /** Counted since the backend began. */
  readonly hostReads: number;
  readonly hostWrites: number;
  readonly launches: number;
  readonly compilations: number;
}

/** Trains for some steps, and tells what each of them left behind. */
export async function takeSteps({ mode, config, steps }: StepsRequest): Promise<readonly StepTrace[]> {
  const backend = await use(mode === "reference" ? cpu() : gpu({ mode }));
  const traces: StepTrace[] = [];
  const controller = new AbortController();
  const { model } = await train({
    config: checkConfig(config),
    signal: controller.signal,
    on(event) {
      if (event.event !== "step" || traces.length === steps) return;
      const { details } = backend.report();
      const [hostReads, hostWrites, launches, compilations] = [
        details.hostReads,
        details.hostWrites,
        details.launches,
        details.compilations,
      ].map(Number) as [number, number, number, number];
      traces.push({ loss: event.loss, ...memory(), hostReads, hostWrites, launches, compilations });
      if (traces.length === steps) controller.abort();
    },
  });
  model.dispose();
  await backend.close?.();
  return traces;
}

Object.assign(globalThis, { page: { takeSteps } });
