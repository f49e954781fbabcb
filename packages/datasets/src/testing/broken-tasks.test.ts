import { expectCaught } from "@heed/core/testing";
import { test } from "vitest";
import { taskFaults } from "../../testing/task-faults.js";
import { taskChecks } from "./index.js";

test.each(taskFaults)("$name", async ({ plant: { definition, given }, caughtBy }) => {
  await expectCaught(taskChecks(definition, given), caughtBy);
});
