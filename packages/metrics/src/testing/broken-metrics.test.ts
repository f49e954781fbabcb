import { expectCaught } from "@heed/core/testing";
import { test } from "vitest";
import { metricFaults } from "../../testing/metric-faults.js";
import { statisticsFaults } from "../../testing/statistics-faults.js";
import { metricChecks } from "./index.js";

test.each([...metricFaults, ...statisticsFaults])("$name", async ({ plant: { definition, given }, caughtBy }) => {
  await expectCaught(metricChecks(definition, given), caughtBy);
});
