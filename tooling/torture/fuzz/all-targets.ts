import { commandTargets } from "./command-target.js";
import { configTargets } from "./config-target.js";
import { folderTargets } from "./folder-target.js";
import type { FuzzTarget } from "./fuzz-target.js";
import { largeTargets } from "./large-target.js";
import { opTargets } from "./op-target.js";
import { safetensorsTargets } from "./safetensors-target.js";
import { textTargets } from "./text-target.js";
import { tokenizerTargets } from "./tokenizer-target.js";

/** Everything that is fuzzed. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...safetensorsTargets,
  ...tokenizerTargets,
  ...textTargets,
  ...configTargets,
  ...folderTargets,
  ...commandTargets,
  ...opTargets,
  ...largeTargets,
];
