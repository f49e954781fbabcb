// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { bahdanau } from "./bahdanau.js";
import { copy } from "./copy.js";
import { dotRnn } from "./dot-rnn.js";
import { fixedContext } from "./fixed-context.js";

/** What stands in this folder, sorted by file name. */
export const builtInRecipes = [bahdanau, copy, dotRnn, fixedContext] as const;

export { bahdanau, copy, dotRnn, fixedContext };
