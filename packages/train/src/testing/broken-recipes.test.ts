import { expectCaught } from "@heed/core/testing";
import { test } from "vitest";
import { recipeFaults } from "../../testing/recipe-faults.js";
import { recipeChecks } from "./index.js";

test.each(recipeFaults)("$name", async ({ plant: { recipe, given }, caughtBy }) => {
  await expectCaught(recipeChecks(recipe, given), caughtBy);
});
