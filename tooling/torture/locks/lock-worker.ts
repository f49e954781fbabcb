/**
 * Takes the lock of a folder once for each message, and answers how that went. Some orders make it die instead, at a
 * random moment while it holds the lock.
 */
import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "@heed/core";
import { lockFolder } from "../../../packages/train/src/node/folder-lock.js";
import type { LockAnswer, LockOrder } from "./locks.js";

process.on("message", (order: LockOrder) => void race(order).then((answer) => process.send?.(answer)));

async function race({ folder, seed, die, patienceMs }: LockOrder): Promise<LockAnswer> {
  const random = new Random(seed);
  // A file that only one process at a time can create.
  const inside = `${folder}.inside`;
  const start = performance.now();
  for (let refusals = 0; ; refusals++) {
    let release: (() => Promise<void>) | null = null;
    try {
      release = await lockFolder(folder);
    } catch (error) {
      if (!/ trains into /.test((error as Error).message)) return { refusals, error: String(error) };
    }
    if (release === null) {
      if (performance.now() - start > patienceMs) return { refusals, error: `no lock within ${patienceMs} ms` };
      await sleep(random.uniform());
      continue;
    }
    try {
      writeFileSync(inside, "", { flag: "wx" });
    } catch {
      return { refusals, error: "two processes hold the lock" };
    }
    if (random.uniform() < 0.5) await sleep(random.uniform());
    rmSync(inside);
    if (die) process.kill(process.pid, "SIGKILL");
    await release();
    return { refusals };
  }
}
