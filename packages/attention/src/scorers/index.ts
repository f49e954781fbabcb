// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { additive } from "./additive.js";
import { bilinear } from "./bilinear.js";
import { concat } from "./concat.js";
import { cosine } from "./cosine.js";
import { coverage } from "./coverage.js";
import { dot } from "./dot.js";
import { general } from "./general.js";
import { localM } from "./local-m.js";
import { localP } from "./local-p.js";
import { location } from "./location.js";
import { locationSensitive } from "./location-sensitive.js";
import { multiHead } from "./multi-head.js";
import { scaledDot } from "./scaled-dot.js";

/** What stands in this folder, sorted by file name. */
export const builtInScorers = [
  additive,
  bilinear,
  concat,
  cosine,
  coverage,
  dot,
  general,
  localM,
  localP,
  location,
  locationSensitive,
  multiHead,
  scaledDot,
] as const;

export {
  additive,
  bilinear,
  concat,
  cosine,
  coverage,
  dot,
  general,
  localM,
  localP,
  location,
  locationSensitive,
  multiHead,
  scaledDot,
};
