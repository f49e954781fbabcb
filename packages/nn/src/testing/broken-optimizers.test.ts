import { expectCaught } from "@heed/core/testing";
import { describe, test } from "vitest";
import { optimizerFaults } from "../../testing/optimizer-faults.js";
import { scheduleFaults } from "../../testing/schedule-faults.js";
import { optimizerChecks, scheduleChecks } from "./index.js";

describe("optimizers", () => {
  test.each(optimizerFaults)("$name", async ({ plant: { definition, given }, caughtBy }) => {
    await expectCaught(optimizerChecks(definition, given), caughtBy);
  });
});

describe("schedules", () => {
  test.each(scheduleFaults)("$name", async ({ plant: { definition, given }, caughtBy }) => {
    await expectCaught(scheduleChecks(definition, given), caughtBy);
  });
});
