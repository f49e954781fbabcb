export { isAllocationError } from "./allocation-error.js";
export {
  defineExtension,
  type Extension,
  type ExtensionFields,
  type ExtensionKind,
  extensionBrand,
  extensionKind,
  extensionKinds,
} from "./extension.js";
export { HeedError, isHeedError } from "./heed-error.js";
export { didYouMean, nearest, quoted, shownJson } from "./names.js";
export {
  ArgumentError,
  checkOptionKinds,
  isRandom,
  type OptionKind,
  type OptionKinds,
  type OptionRules,
  optionRules,
  shownArgument,
} from "./option-kinds.js";
export { checkOptions, OptionError, type OptionSpec, type OptionSpecs, type OptionValues } from "./options.js";
export { Random, type RandomState } from "./random.js";
export { type Named, Registry, UnknownNameError } from "./registry.js";
