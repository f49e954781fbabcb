/**
 * Takes and releases the lock of a folder, many times. Prints a line for each hold. Kills itself while it holds the lock
 * at the last round.
 *
 *     node lock-racer.js <folder> <seed> <rounds>
 */
import { rmSync, writeFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "@heed/core";
import { lockFolder } from "../src/node/folder-lock.js";

const [folder = "", seed = "", rounds = ""] = process.argv.slice(2);
const random = new Random(Number(seed));
// A file that only one process at a time can create.
const inside = `${folder}.inside`;

for (let holds = 0; holds < Number(rounds); ) {
  const release = await lockFolder(folder).catch((error: Error) => {
    if (!/ trains into /.test(error.message)) throw error;
    return null;
  });
  if (!release) {
    await sleep(random.uniform());
    continue;
  }
  holds++;
  let double = false;
  try {
    writeFileSync(inside, "", { flag: "wx" });
  } catch {
    double = true;
  }
  if (random.uniform() < 0.5) await sleep(random.uniform());
  rmSync(inside, { force: true });
  writeSync(1, `${JSON.stringify({ holds: 1, double })}\n`);
  if (holds === Number(rounds)) process.kill(process.pid, "SIGKILL");
  await release();
}
