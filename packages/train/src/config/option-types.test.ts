import {
  afterStepOptions,
  beforeStepOptions,
  luongOptions,
  pointerGeneratorOptions,
  recurrentOptions,
  transformerOptions,
} from "@heed/seq2seq";
import { optionTypes } from "@heed/tooling/option-types";
import { expect, test } from "vitest";
import { catalogOf } from "../plugins/catalog.js";
import type { AnyRecipe } from "../recipe.js";
import { add, builtInRecipes, copy } from "../recipes/index.js";
import { taskModelOptions } from "../task-model.js";
import { jsonSchema, optionSchemas } from "./option-schemas.js";

const models = {
  RecurrentModelOptions: recurrentOptions,
  AfterStepModelOptions: afterStepOptions,
  BeforeStepModelOptions: beforeStepOptions,
  LuongModelOptions: luongOptions,
  PointerGeneratorModelOptions: pointerGeneratorOptions,
  TransformerModelOptions: transformerOptions,
};

/** `dot-rnn` → `DotRnnOptions`. The recipes for tasks with meaning have one interface. */
function interfaceName({ name, model }: AnyRecipe): string {
  if (model === taskModelOptions) return "TaskModelOptions";
  return `${name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}Options`;
}

test("the interfaces of configurations are written from the schemas", async () => {
  const { task, text, training } = optionSchemas(copy);
  const own = builtInRecipes.filter(({ model }) => model !== taskModelOptions);
  const interfaces = [
    { name: "TaskDataOptions", summary: "Data of a synthetic task.", schema: task },
    { name: "TextDataOptions", summary: "Data that is text.", schema: text },
    { name: "TrainingOptions", summary: "Options of training.", schema: training },
    {
      name: "TaskModelOptions",
      summary: "Model options of the recipes for tasks with meaning.",
      schema: optionSchemas(add).model,
    },
    ...own.map((recipe) => ({
      name: interfaceName(recipe),
      summary: `Model options of the recipe \`${recipe.name}\`.`,
      schema: optionSchemas(recipe).model,
    })),
  ];
  const members = builtInRecipes.map(
    (recipe) => `/** ${recipe.summary} */\nreadonly "${recipe.name}": ${interfaceName(recipe)};`,
  );
  const written = optionTypes({
    path: "packages/train/src/config/option-types.ts",
    interfaces,
    bases: Object.entries(models).map(([name, schema]) => ({
      name,
      schema: jsonSchema(schema, catalogOf()),
      from: "@heed/seq2seq",
    })),
    end: `/** The model options of each built-in recipe. */\nexport interface RecipeModelOptions {\n${members.join("\n")}\n}`,
  });
  await expect(written).toMatchFileSnapshot("./option-types.ts");
});
