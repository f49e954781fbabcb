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
import { builtInRecipes, copy } from "../recipes/index.js";
import { jsonSchema, optionSchemas } from "./option-schemas.js";

const models = {
  RecurrentModelOptions: recurrentOptions,
  AfterStepModelOptions: afterStepOptions,
  BeforeStepModelOptions: beforeStepOptions,
  LuongModelOptions: luongOptions,
  PointerGeneratorModelOptions: pointerGeneratorOptions,
  TransformerModelOptions: transformerOptions,
};

/** `dot-rnn` → `DotRnnOptions`. */
function interfaceName(recipe: string): string {
  return `${recipe.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}Options`;
}

test("the interfaces of configurations are written from the schemas", async () => {
  const { task, text, training } = optionSchemas(copy);
  const interfaces = [
    { name: "TaskDataOptions", summary: "Data of a synthetic task.", schema: task },
    { name: "TextDataOptions", summary: "Data that is text.", schema: text },
    { name: "TrainingOptions", summary: "Options of training.", schema: training },
    ...builtInRecipes.map((recipe) => ({
      name: interfaceName(recipe.name),
      summary: `Model options of the recipe \`${recipe.name}\`.`,
      schema: optionSchemas(recipe).model,
    })),
  ];
  const members = builtInRecipes.map(
    ({ name, summary }) => `/** ${summary} */\nreadonly "${name}": ${interfaceName(name)};`,
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
