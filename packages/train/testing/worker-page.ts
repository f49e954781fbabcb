import { tasks, type WorkerTasks } from "./training-worker.js";

/** A message of training-worker.ts. */
interface WorkerMessage {
  readonly event?: { readonly event: string };
  readonly answer?: unknown;
  readonly error?: string;
}

let worker: Worker | null = null;

function end(): void {
  worker?.terminate();
  worker = null;
}

/**
 * Asks the worker, and starts one when there is none.
 *
 * @param kill - terminates the worker that many milliseconds after that many checkpoints; the answer is then null
 */
async function ask(
  name: keyof WorkerTasks,
  argument: unknown,
  kill?: { readonly checkpoint: number; readonly afterMs: number },
): Promise<unknown> {
  worker ??= new Worker("training-worker.js", { type: "module" });
  const asked = worker;
  let checkpoints = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return await new Promise((resolve, reject) => {
    asked.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    asked.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.error !== undefined) reject(new Error(data.error));
      else if (data.answer !== undefined) {
        clearTimeout(timer);
        resolve(data.answer);
      } else if (data.event?.event === "checkpoint" && ++checkpoints === kill?.checkpoint) {
        timer = setTimeout(() => {
          end();
          resolve(null);
        }, kill.afterMs);
      }
    };
    asked.postMessage({ name, argument });
  });
}

/** What the test calls. */
const page = { ask, end, tasks };
export type WorkerPage = typeof page;

Object.assign(globalThis, { page });
