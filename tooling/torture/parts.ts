import { disk } from "./disk/disk.js";
import { fuzzing } from "./fuzz/fuzz-part.js";
import { kills } from "./kills/kills.js";
import { locks } from "./locks/locks.js";
import type { Part } from "./part.js";
import { processes } from "./processes/processes.js";
import { pytorch } from "./pytorch/pytorch.js";
import { soak } from "./soak/soak.js";

/** The parts of the torture run, in the order in which they run. */
export const parts: readonly Part[] = [kills, processes, disk, locks, soak, fuzzing, pytorch];
