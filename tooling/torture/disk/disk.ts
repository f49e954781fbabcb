import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import type { FaultKind } from "../faults/fault.js";
import { type Ended, type Heed, type HeedSetting, prepareHeed, showEnd } from "../faults/heed-process.js";
import {
  contentOf,
  differences,
  filesOf,
  loadBoth,
  measureUndisturbed,
  resumable,
  stepOf,
  tinyTraining,
  trainedOn,
  type Undisturbed,
} from "../faults/tiny-training.js";
import { type Bench, type Part, type Session, TortureError } from "../part.js";

const kinds: readonly FaultKind[] = ["ENOSPC", "EIO", "EFBIG"];

/**
 * The disk of `heed train` fails: at each operation in turn, by a limit of the file size that the system enforces, and on
 * a file system that is really full. The message names a file, and the run is resumed to the bits of an undisturbed one.
 */
export const disk: Part = {
  name: "disk",
  summary: "the disk is full, or fails, at each operation of heed train; the message names the file, the run resumes",
  async start(bench) {
    await use(cpu());
    const heed = await prepareHeed(bench);
    return new Disk(bench, heed, await measureUndisturbed(heed, bench.folder));
  },
};

class Disk implements Session {
  constructor(
    readonly bench: Bench,
    readonly heed: Heed,
    readonly undisturbed: Undisturbed,
  ) {}

  async round(random: Random, number: number): Promise<void> {
    const backend = trainedOn[random.integer(0, trainedOn.length)]!;
    const parent = join(this.bench.folder, `disk-${number}`);
    const out = join(parent, "run");
    mkdirSync(parent);
    const full = number % 4 === 3 && this.#mount(parent, random.integer(4, 40));
    const setting = full ? {} : this.#fault(out, random, number);
    const train = (setting?: HeedSetting): Promise<Ended> => {
      return this.heed(tinyTraining(out, backend, resumable(out) ? "--resume" : "--overwrite"), setting);
    };
    let story = `backend ${backend}, ${full ? "a small file system" : JSON.stringify(setting)}`;
    try {
      if (!full && random.uniform() < 0.3) {
        const at = random.integer(1, this.undisturbed.operations);
        await train({ fault: { folder: out, at, kind: "after" } });
        story += `, after a kill at operation ${at}`;
      }
      const before = stepOf(out);
      const ended = await train(setting);
      this.bench.count(full ? "full file systems" : setting.fault ? "faults at an operation" : "limits of file size");
      if (ended.code === 0) this.bench.count("faults without an effect");
      else this.#judge(ended, out, full ? "ENOSPC" : (setting.fault?.kind ?? "EFBIG"));
      if (stepOf(out) < before) throw new Error(`step ${before} was saved, and now the run is at ${stepOf(out)}`);
      await loadBoth(out);
      if (full) this.#resize(parent, 4096);
      const resumed = await train();
      if (resumed.code !== 0) throw new Error(`after the fault, heed train ended with ${showEnd(resumed)}`);
      const wrong = differences(this.undisturbed.whole.get(backend)!, contentOf(out));
      if (wrong.length > 0) throw new Error(`expected the files of an undisturbed run: ${wrong.join(", ")}`);
    } catch (error) {
      throw new TortureError(`${(error as Error).message}\n${story}`, filesOf(out), { cause: error });
    } finally {
      if (full) spawnSync("umount", [parent]);
      rmSync(parent, { recursive: true, force: true });
    }
  }

  /** A fault at one operation, or a limit of the size of files. */
  #fault(folder: string, random: Random, number: number): HeedSetting {
    if (number % 4 === 2) return { largestFile: random.integer(0, 15) };
    const turn = Math.floor(number / 2);
    const at = 1 + (Math.floor(turn / kinds.length) % this.undisturbed.operations);
    return { fault: { folder, at, kind: kinds[turn % kinds.length]!, lasting: random.uniform() < 0.5 } };
  }

  /** @throws when the process ended in another way than with a message that names the file */
  #judge(ended: Ended, out: string, code: FaultKind): void {
    const { stderr } = ended;
    if (ended.code !== 1) throw new Error(`expected exit code 1, got ${showEnd(ended)}`);
    if (!stderr.includes(code)) throw new Error(`expected ${code} in the message, got ${stderr}`);
    if (!stderr.includes(out)) throw new Error(`expected a file of ${out} in the message, got ${stderr}`);
    if (/fault of heed/.test(stderr)) throw new Error(`heed is blamed: ${stderr}`);
    this.bench.count("messages");
  }

  /** Mounts a small file system, where that is allowed. */
  #mount(folder: string, pages: number): boolean {
    const options = ["-t", "tmpfs", "-o", `size=${4 * pages}k`, "heed-torture", folder];
    return spawnSync("mount", options).status === 0;
  }

  #resize(folder: string, kilobytes: number): void {
    spawnSync("mount", ["-o", `remount,size=${kilobytes}k`, folder]);
  }
}
