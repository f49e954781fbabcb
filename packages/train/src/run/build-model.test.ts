import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { checkConfig } from "../config/run-config.js";
import { train } from "../train.js";
import { TrainingError } from "../training-error.js";

beforeEach(() => use(cpu()));

test.each([
  ["copy", { hiddenSize: 20_000 }],
  ["copy", { hiddenSize: 65_536, embeddingSize: 65_536 }],
])("a model that cannot be saved is not built: %s %j", async (recipe, model) => {
  const config = checkConfig({ recipe, model, data: { task: "copy", train: 4, validation: 2 } });
  await expect(train({ config })).rejects.toThrow(TrainingError);
  await expect(train({ config })).rejects.toThrow(
    /^The model of the configuration cannot be built\. .* Lower the sizes in model: a model has at most 536870911 parameters\.$/,
  );
});
