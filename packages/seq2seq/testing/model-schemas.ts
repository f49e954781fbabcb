import { afterStepOptions } from "../src/models/after-step-model.js";
import { beforeStepOptions } from "../src/models/before-step-model.js";
import { luongOptions } from "../src/models/luong-model.js";
import { pointerGeneratorOptions } from "../src/models/pointer-generator-model.js";
import { recurrentOptions } from "../src/models/recurrent-model.js";
import { transformerOptions } from "../src/models/transformer-model.js";

/** The schemas of the models' options, by the name of their interface. */
export const modelSchemas = {
  RecurrentModelOptions: recurrentOptions,
  AfterStepModelOptions: afterStepOptions,
  BeforeStepModelOptions: beforeStepOptions,
  LuongModelOptions: luongOptions,
  PointerGeneratorModelOptions: pointerGeneratorOptions,
  TransformerModelOptions: transformerOptions,
} as const;
