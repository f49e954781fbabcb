import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import type { FaultKind } from "../faults/fault.js";
import { type Heed, type HeedSetting, prepareHeed, showEnd } from "../faults/heed-process.js";
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

const kinds: readonly FaultKind[] = ["before", "half", "after"];
/** A run that was killed this often may end. */
const MOST_KILLS = 8;

/**
 * Kills `heed train` by SIGKILL. Of the first or second process of a run, each operation on the disk is hit in turn; the
 * other kills come at random operations and moments. After each kill the run loads; in the end it has the bits of an uninterrupted run.
 */
export const kills: Part = {
  name: "kills",
  summary: "heed train is killed at each operation on the disk and at random moments, and resumed to the same bits",
  async start(bench) {
    await use(cpu());
    const heed = await prepareHeed(bench);
    return new Kills(bench, heed, await measureUndisturbed(heed, bench.folder));
  },
};

class Kills implements Session {
  constructor(
    readonly bench: Bench,
    readonly heed: Heed,
    readonly undisturbed: Undisturbed,
  ) {}

  /** Two runs at once, for machines with several cores. */
  async round(random: Random, number: number): Promise<void> {
    await Promise.all([0, 1].map((half) => this.#run(random.fork(), 2 * (number - 1) + half)));
  }

  async #run(random: Random, number: number): Promise<void> {
    const backend = trainedOn[random.integer(0, trainedOn.length)]!;
    const out = join(this.bench.folder, `run-${number}`);
    const history: string[] = [];
    try {
      for (let kills = 0; ; ) {
        const setting = this.#nextKill(out, random, number, kills);
        const start = resumable(out) ? "--resume" : "--overwrite";
        const before = stepOf(out);
        history.push(`${start} ${JSON.stringify(setting)}`);
        const ended = await this.heed(tinyTraining(out, backend, start), setting);
        if (ended.code === 0) break;
        if (ended.signal !== "SIGKILL") throw new Error(`heed train ended with ${showEnd(ended)}`);
        this.bench.count(setting.fault ? "kills at an operation" : "kills at a random moment");
        kills++;
        if (stepOf(out) < before) throw new Error(`step ${before} was saved, and now the run is at ${stepOf(out)}`);
        await loadBoth(out);
        this.bench.count("loads");
      }
      await loadBoth(out);
      const wrong = differences(this.undisturbed.whole.get(backend)!, contentOf(out));
      if (wrong.length > 0) throw new Error(`expected the files of an uninterrupted run: ${wrong.join(", ")}`);
      this.bench.count("completed runs");
    } catch (error) {
      const message = `${(error as Error).message}\nbackend ${backend}, starts:\n${history.join("\n")}`;
      throw new TortureError(message, filesOf(out), { cause: error });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }

  #nextKill(folder: string, random: Random, number: number, kills: number): HeedSetting {
    if (kills === MOST_KILLS) return {};
    const { operations, longestMs } = this.undisturbed;
    const at = random.integer(1, operations + 1);
    const kind = kinds[random.integer(0, kinds.length)]!;
    if (kills === number % 2) {
      const turn = Math.floor(number / 2);
      const due = 1 + (Math.floor(turn / kinds.length) % operations);
      return { fault: { folder, at: due, kind: kinds[turn % kinds.length]! } };
    }
    return random.uniform() < 0.5 ? { fault: { folder, at, kind } } : { killAfterMs: random.integer(0, longestMs) };
  }
}
