import { wasm } from "@heed/backend-wasm";
import { describe, test } from "vitest";
import { maskChecks } from "../testing/index.js";
import { builtInMasks } from "./index.js";

describe("every mask", () => {
  for (const mask of builtInMasks)
    for (const check of maskChecks(mask, { backends: { wasm } })) test(check.name, check.run);
});
