import { wasm } from "@heed/backend-wasm";
import { use } from "@heed/tensor";
import type { RunConfig } from "../src/config/run-config.js";
import { attend, loadRun, opfsFileSystem, type SentenceMap, type Translation, train, translate } from "../src/index.js";
import { fileSystemChecks } from "../src/testing/index.js";

/** What a worker can be asked, by name: the argument, and the answer. */
export interface WorkerTasks {
  /** Trains into a folder of OPFS, or resumes the run there, and returns why it stopped, after how many steps. */
  train(request: {
    config?: RunConfig;
    out: string;
    resume?: boolean;
    overwrite?: boolean;
    abortAt?: number;
    attendAt?: number;
  }): Promise<{
    reason: string;
    steps: number;
    /** The maps at step `attendAt`. */
    maps: readonly SentenceMap[];
  }>;
  /** Tells whether there is a run to resume. */
  canResume(out: string): Promise<boolean>;
  /** The files of a folder, as base64. */
  read(out: string): Promise<Readonly<Record<string, string>>>;
  /** Loads a run, translates a line and attends a line. */
  infer(out: string): Promise<{ translation: Translation; maps: readonly SentenceMap[] }>;
  /** Names of the checks of file systems that fail, with their messages. */
  check(request: { folder: string; withoutMove: boolean }): Promise<{ checks: number; failures: string[] }>;
}

const fileSystem = opfsFileSystem();

export const tasks: WorkerTasks = {
  async train({ config, out, resume, overwrite, abortAt, attendAt }) {
    const control = new AbortController();
    let maps: readonly SentenceMap[] = [];
    const { done, model } = await train({
      ...{ config, out, resume, overwrite, fileSystem, signal: control.signal },
      async on(event) {
        if (event.event === "step" && event.step === attendAt) ({ maps } = await attend(event.run, "a b c"));
        if (event.event === "step" && event.step === abortAt) control.abort();
        postMessage({ event });
      },
    });
    model.dispose();
    return { reason: done.reason, steps: done.steps, maps };
  },
  async canResume(out) {
    return (await fileSystem.read(`${out}/config.yaml`)) !== null;
  },
  async read(out) {
    const files: Record<string, string> = {};
    for (const name of (await fileSystem.list(out)) ?? []) {
      const bytes = await fileSystem.read(`${out}/${name}`);
      files[name] = btoa(Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join(""));
    }
    return files;
  },
  async infer(out) {
    const run = await loadRun(out, { fileSystem });
    const [translation] = await translate(run, ["a b c"]);
    const { maps } = await attend(run, "a b c");
    run.model.dispose();
    return { translation: translation!, maps };
  },
  async check({ folder, withoutMove }) {
    if (withoutMove) Reflect.deleteProperty(FileSystemFileHandle.prototype, "move");
    await fileSystem.makeFolder(folder);
    const checks = fileSystemChecks(fileSystem, folder);
    const failures: string[] = [];
    for (const { name, run } of checks) {
      await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
    }
    return { checks: checks.length, failures };
  },
};

/** In a worker, answers each message `{ name, argument }` with `{ answer }` or `{ error }`. */
if (!("document" in globalThis)) {
  const ready = wasm({ threads: 1 }).then((backend) => use(backend));
  addEventListener("message", ({ data }: MessageEvent<{ name: keyof WorkerTasks; argument: never }>) => {
    ready
      .then((): Promise<unknown> => tasks[data.name](data.argument))
      .then(
        (answer) => postMessage({ answer }),
        (error: unknown) => postMessage({ error: String(error) }),
      );
  });
}
