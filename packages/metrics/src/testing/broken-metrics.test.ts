import { expectCaught } from "@heed/core/testing";
import { test } from "vitest";
import { metricFaults } from "../../testing/metric-faults.js";
import { metricChecks } from "./index.js";

test.each(metricFaults)("$name", async ({ plant: { definition, given }, caughtBy }) => {
  await expectCaught(metricChecks(definition, given), caughtBy);
});
