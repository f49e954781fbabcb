export { HeedError } from "./heed-error.js";
export { didYouMean, nearest, quoted } from "./names.js";
export { Random, type RandomState } from "./random.js";
export { type Named, Registry, UnknownNameError } from "./registry.js";
