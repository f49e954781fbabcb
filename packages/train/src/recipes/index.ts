// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { bahdanau } from "./bahdanau.js";
import { copy } from "./copy.js";
import { dotRnn } from "./dot-rnn.js";
import { fixedContext } from "./fixed-context.js";
import { luong } from "./luong.js";
import { multiHead } from "./multi-head.js";
import { pointerGenerator } from "./pointer-generator.js";
import { scaledQkv } from "./scaled-qkv.js";
import { transformer } from "./transformer.js";

/** What stands in this folder, sorted by file name. */
export const builtInRecipes = [
  bahdanau,
  copy,
  dotRnn,
  fixedContext,
  luong,
  multiHead,
  pointerGenerator,
  scaledQkv,
  transformer,
] as const;

export { bahdanau, copy, dotRnn, fixedContext, luong, multiHead, pointerGenerator, scaledQkv, transformer };
