import { optionTypes } from "@heed/tooling/option-types";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { modelSchemas } from "../../testing/model-schemas.js";

test("the interfaces of the models' options are written from the schemas", async () => {
  const interfaces = Object.entries(modelSchemas).map(([name, schema]) => ({
    name,
    summary:
      name === "RecurrentModelOptions"
        ? "Options of every recurrent model."
        : `Options of \`${name.replace("Options", "")}\`.`,
    schema: z.toJSONSchema(schema, { io: "input" }),
  }));
  const text = optionTypes({ path: "packages/seq2seq/src/models/option-types.ts", interfaces });
  await expect(text).toMatchFileSnapshot("./option-types.ts");
});
