import { expectCaught } from "@heed/core/testing";
import { test } from "vitest";
import { tokenizerFaults } from "../../testing/tokenizer-faults.js";
import { tokenizerChecks } from "./index.js";

test.each(tokenizerFaults)("$name", async ({ plant: { definition, given }, caughtBy }) => {
  await expectCaught(tokenizerChecks(definition, undefined, given), caughtBy);
});
