// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { add } from "./add.js";
import { bahdanau } from "./bahdanau.js";
import { copy } from "./copy.js";
import { dates } from "./dates.js";
import { dotRnn } from "./dot-rnn.js";
import { fixedContext } from "./fixed-context.js";
import { luong } from "./luong.js";
import { multiHead } from "./multi-head.js";
import { numerals } from "./numerals.js";
import { pointerGenerator } from "./pointer-generator.js";
import { romanize } from "./romanize.js";
import { scaledQkv } from "./scaled-qkv.js";
import { transformer } from "./transformer.js";

/** What stands in this folder, sorted by file name. */
export const builtInRecipes = [
  add,
  bahdanau,
  copy,
  dates,
  dotRnn,
  fixedContext,
  luong,
  multiHead,
  numerals,
  pointerGenerator,
  romanize,
  scaledQkv,
  transformer,
] as const;

export {
  add,
  bahdanau,
  copy,
  dates,
  dotRnn,
  fixedContext,
  luong,
  multiHead,
  numerals,
  pointerGenerator,
  romanize,
  scaledQkv,
  transformer,
};
